"""Settings that every part of the suite shares."""

from hypothesis import settings

# A busy machine is no failure of ours.
settings.register_profile("actif", deadline=None)
settings.load_profile("actif")
