"""Member checking: a pack for each participant, their replies as decisions, and what stands confirmed or disputed."""

from alliance_nlp.method.member_checks.packs import MemberCheckPack, OwnQuote, PackTheme, member_check_pack
from alliance_nlp.method.member_checks.replies import Replies, Reply, member_agreement, read_replies, record_replies
from alliance_nlp.method.member_checks.workshops import group_checks, hand_out_pack, record_workshop
