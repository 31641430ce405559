"""Pictures of records: axes of matplotlib in, the same axes out; nothing global is touched."""

from alliance_nlp.plots.class_pictures import plot_class
from alliance_nlp.plots.cluster_stability import plot_stability
from alliance_nlp.plots.compared import plot_agreement, plot_themes_and_clusters
from alliance_nlp.plots.figures import Picture, take_picture
from alliance_nlp.plots.hierarchy import plot_hierarchy
from alliance_nlp.plots.machine_curves import plot_learning_curve, plot_risk_coverage
from alliance_nlp.plots.maps import SegmentMap, map_segments, place_all, plot_map
from alliance_nlp.plots.people_and_sessions import plot_sessions, plot_voices
from alliance_nlp.plots.saving import describe_figure, save_figure
from alliance_nlp.plots.theme_relations import plot_relations
