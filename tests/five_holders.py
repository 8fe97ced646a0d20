"""A region with five contract holders of unlike sizes and a third of primary care outside, as a scenario file."""

REGION = """\
title: Five ACOs of unlike sizes, a third of primary care in none
region:
  people_per_area: 3000
  patients_per_practice: 60
  holders:
    - {kind: physician_led, size: 4}
    - {kind: hospital_led, size: 3}
    - {kind: physician_led, size: 2}
    - {kind: independents, size: 1.5}
    - {kind: hospital_led}
  outside_share: 0.33
"""
