"""Pictures of records: axes of matplotlib in, the same axes out; nothing global is touched."""

from alliance_nlp.plots.class_pictures import plot_class
from alliance_nlp.plots.compared import plot_agreement, plot_themes_and_clusters
from alliance_nlp.plots.figures import Picture, take_picture
from alliance_nlp.plots.hierarchy import plot_hierarchy
from alliance_nlp.plots.maps import SegmentMap, map_segments, place_all, plot_map
from alliance_nlp.plots.theme_relations import plot_relations
