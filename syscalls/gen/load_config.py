# SPDX-License-Identifier: BSD-2-Clause
"""Reads configs.yaml: the settings of the embedded default, and which settings there are."""

import difflib
from pathlib import Path

import marked
from errors import DescriptionError


def check_settings(top, changes, also=()):
    """Settings to change must be ones that configs.yaml names, or `also`: others change nothing."""
    known = set(also) | set(top.get("other", list, []))
    for part in ("common", "mcs", "plain"):
        known.update(top.get(part, dict, {}))
    for machine in top.get("architectures", dict, required=True).values():
        known.update(machine)
    for name in changes:
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), 1)
            raise DescriptionError("--config", name, "is no setting that the interface knows"
                                   + (f"; did you mean {near[0]}?" if near else ""))


def configs(folder):
    """configs.yaml, the embedded default."""
    top = marked.load(Path(folder) / "configs.yaml", f"{Path(folder).name}/configs.yaml")
    top.allow("version", "common", "mcs", "plain", "other", "architectures")
    return top


def default_config(folder, arch, overrides):
    """The embedded default's settings for an architecture, with NAME=VALUE changes."""
    top = configs(folder)
    machines = top.get("architectures", dict, required=True)
    if arch not in machines:
        raise DescriptionError(top.place("architectures"), arch,
                               f"no such architecture; known are {', '.join(machines)}")
    check_settings(top, overrides)
    config = dict(top.get("common", dict, required=True))
    config.update(machines[arch])
    config.update(overrides)
    extra = top.get("mcs" if config.get("KERNEL_MCS") else "plain", dict, {})
    config.update({k: v for k, v in extra.items() if k not in overrides})
    return config, str(top.get("version", str, required=True))
