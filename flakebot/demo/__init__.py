"""The action's main job on a bundled example project, offline.

project     a small shop; its bugs are planted
suite       run its tests as a CI job would, until the flaky one fails
show        a job around it: runner's environment, stand-in for GitHub, and what arrived there
"""
