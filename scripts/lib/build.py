# SPDX-License-Identifier: BSD-2-Clause
"""Building, for scripts/run, test and bench: the host programs, the images and bootable files.

Everything lands in build/; a build that is up to date costs a fraction of a second. Nothing is
printed on standard output.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = TOP / "build"
ARCHS = ("x86_64", "aarch64", "riscv64")
HOST_PROGRAMS = ("sel4mon", "sel4sim", "sel4image")


class BuildError(Exception):
    """Something could not be built or found; the text is a sentence for the user."""

    status = 2


class UsageError(BuildError):
    """What was asked for makes no sense."""

    status = 64


def say(text):
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def locked():
    """One build at a time in this checkout."""
    try:
        BUILD.mkdir(exist_ok=True)
        lock = open(BUILD / ".lock", "w")
    except OSError as error:
        raise BuildError(f"cannot write in {BUILD}: {error.strerror}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def call(argv, what, quiet=True):
    """Runs a tool of the build; its output is shown if it fails, or if it is not `quiet`."""
    result = subprocess.run([str(a) for a in argv], cwd=TOP, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE if quiet else sys.stderr,
                            stderr=subprocess.STDOUT if quiet else None, text=True)
    if result.returncode != 0:
        if quiet:
            sys.stderr.write(result.stdout)
        raise BuildError(f"{what} failed: {' '.join(str(a) for a in argv)}")
    return result.stdout


def jobs():
    return os.environ.get("SEL4MON_JOBS", str(len(os.sched_getaffinity(0))))


def ninja(folder, targets):
    call(["ninja", "-C", folder, "-j", jobs(), *targets], "the build")


def host(preset="host", targets=HOST_PROGRAMS):
    """Builds host programs; returns the folder they are in."""
    folder = BUILD / preset
    with locked():
        if not (folder / "build.ninja").exists():
            say(f"building the host programs in build/{preset} (the first time takes a while)")
            call(["cmake", "--preset", preset], "configuring")
        ninja(folder, targets)
    return folder


# --- which kernel, which image ---------------------------------------------------------------

def gen_config(prefix):
    """What a kernel's prefix, or a board's folder of an SDK, says about its configuration."""
    prefix = pathlib.Path(prefix)
    if not prefix.is_dir():
        raise UsageError(f"there is no folder {prefix}: --kernel takes an installed kernel's prefix")
    for place in ("libsel4/include/kernel", "libsel4/include/sel4", "include/kernel"):
        path = prefix / place / "gen_config.json"
        if path.exists():
            return json.loads(path.read_text())
    raise UsageError(f"{prefix} is no installed kernel: it has no gen_config.json in "
                     "libsel4/include or include")


def arch_of(prefix):
    """The architecture of a kernel."""
    config = gen_config(prefix)
    arch = config.get("SEL4_ARCH")
    if arch not in ARCHS:
        raise UsageError(f"the kernel in {prefix} is for {arch}; there is a monitor for "
                         f"{', '.join(ARCHS)} so far")
    if config.get("KERNEL_MCS"):
        raise UsageError(f"the kernel in {prefix} is an MCS kernel; the monitor runs on plain ones "
                         "so far")
    return arch


# Words of smoke scripts' `# needs:`, and the setting of a kernel that each means.
FEATURES = {"debug": "DEBUG_BUILD", "printing": "PRINTING", "hardware_debug": "HARDWARE_DEBUG_API"}


def has_features(prefix, names):
    """Has a kernel all of these? The simulator's default (no prefix) has what its machine can."""
    config = {} if prefix is None else gen_config(prefix)
    return prefix is None or all(config.get(FEATURES[name]) for name in names)


def choose_arch(arch, prefix):
    """The architecture to use, from what was asked for and the kernel's own."""
    if prefix is None:
        return arch or ARCHS[0]
    own = arch_of(prefix)
    if arch not in (None, own):
        raise UsageError(f"the kernel in {prefix} is for {own}, and --arch says {arch}: "
                         "leave --arch out, or take another kernel")
    return own


def stamp(paths):
    """A short digest that changes with the files."""
    digest = hashlib.sha256()
    for path in paths:
        status = path.stat()
        digest.update(f"{path} {status.st_mtime_ns} {status.st_size}\n".encode())
    return digest.hexdigest()[:16]


def interface_files(prefix):
    """The files that a kernel's interface, and so its hash, is read from."""
    files = [p for folder in ("api", "gen") for p in (TOP / "syscalls" / folder).rglob("*")
             if p.suffix in (".py", ".yaml")]
    if prefix:
        prefix = pathlib.Path(prefix).resolve()
        for place in ("libsel4/include", "include"):
            files += [p for suffix in ("xml", "pbf", "json")
                      for p in (prefix / place).rglob("*." + suffix)]
    return sorted(files)


def abi_hash(arch, prefix):
    """The hash of the kernel interface, by the generator; remembered while its inputs stay."""
    key = f"{arch} {pathlib.Path(prefix).resolve() if prefix else ''}"
    now = stamp(interface_files(prefix))
    cache = BUILD / "abi-hash.json"
    known = {}
    with contextlib.suppress(OSError, ValueError):
        known = json.loads(cache.read_text())
    if known.get(key, [None])[0] != now:
        of = ["--prefix", prefix] if prefix else ["--arch", arch]
        value = call(["/usr/bin/python3", TOP / "syscalls/gen/main.py", *of, "--print-hash"],
                     "reading the kernel's interface").strip()
        known[key] = [now, value]
        cache.write_text(json.dumps(known))
    return known[key][1]


def image(arch, prefix=None, targets=("image",)):
    """Builds the monitor for an architecture and kernel; returns the path of sel4mon.elf. Other
    targets are for tests: "all" has the example components too."""
    with locked():
        folder = BUILD / f"{arch}-{abi_hash(arch, prefix)}"
        if not (folder / "build.ninja").exists():
            say(f"building the monitor for {arch} in {folder.relative_to(TOP)}")
            argv = ["cmake", "--preset", arch, "-B", folder]
            if prefix:
                argv.append(f"-DSEL4MON_PREFIX={pathlib.Path(prefix).resolve()}")
            try:
                call(argv, "configuring")
            except BuildError:
                shutil.rmtree(folder, ignore_errors=True)
                raise
        ninja(folder, targets)
    return folder / "sel4mon.elf"


def components(arch, prefix=None):
    """Builds the example components; returns their folder. Those in Rust are there only where
    CMake found cargo and a core library."""
    folder = image(arch, prefix, ["components"]).parent
    with locked():
        if "\nbuild components_rust:" in (folder / "build.ninja").read_text():
            ninja(folder, ["components_rust"])
    return folder / "components"


EXAMPLES = TOP / "tests/components"


def component_file(word, arch, prefix=None):
    """The YAML or ELF file that a user means: a path, or the name of an example component, which is
    then built."""
    if pathlib.Path(word).is_file():
        return pathlib.Path(word).resolve()
    examples = {path.stem: path for folder in (EXAMPLES, EXAMPLES / arch)
                for path in folder.glob("*.yaml")}
    if word not in examples:
        raise UsageError(f"there is no file {word}, nor an example component of that name: there "
                         f"are {', '.join(sorted(examples))}")
    elf = re.search(r"^elf: *(\S+)", examples[word].read_text(), re.M).group(1)
    if (EXAMPLES / elf).with_suffix(".c").exists():
        folder = image(arch, prefix, ["components"]).parent / "components"
    else:
        folder = components(arch, prefix)
    if not (folder / elf).exists():
        raise BuildError(f"{word} is in Rust, and there is no Rust with a core library for {arch} "
                         "here")
    return folder / f"{word}.yaml"


# --- bootable files --------------------------------------------------------------------------

BOOT_KEPT_S = 24 * 3600


def boot_file(elf, *key):
    """Where a bootable file of this monitor goes, by what is in it; old ones are taken away."""
    folder = elf.parent / "boot"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        with contextlib.suppress(OSError):
            if time.time() - old.stat().st_mtime > BOOT_KEPT_S:
                old.unlink()
    text = "\n".join(str(part) for part in key)
    return folder / f"{hashlib.sha256(text.encode()).hexdigest()[:8]}.elf"


def make_bootable(arguments, files, out):
    """Runs sel4image; returns what it prints. Its own complaint is a sentence for the user."""
    argv = [BUILD / "host/sel4image", *arguments, *(w for f in files for w in ("--component", f)),
            "-o", out]
    result = subprocess.run([str(a) for a in argv], stdin=subprocess.DEVNULL, capture_output=True,
                            text=True)
    if result.returncode != 0:
        raise (UsageError if result.returncode == 64 else BuildError)(
            result.stderr.strip().removeprefix("sel4image: ").removesuffix("."))
    return result.stdout


def sim_file(elf, files):
    """The monitor with components behind it, for the simulator."""
    if not files:
        return elf
    with locked():
        out = boot_file(elf, "sim", *files)
        make_bootable(["--monitor", elf, "--format", "monitor"], files, out)
    return out


def boot_command(prefix, elf, files=()):
    """Makes the bootable file of a kernel, a monitor and components; returns QEMU's command, serial
    line on standard input and output."""
    with locked():
        out = boot_file(elf, pathlib.Path(prefix).resolve(), *files)
        text = make_bootable(["--kernel", prefix, "--monitor", elf, "--print-qemu"], files, out)
    return text.splitlines() + ["-serial", "stdio"]


def target_spec(arch, prefix=None, files=(), extra=()):
    """What `sel4mon test --target` takes for the monitor: on the simulator, or on a kernel in QEMU."""
    host()
    elf = image(arch, prefix)
    if prefix is not None:
        return f"qemu:{shlex.join([*boot_command(prefix, elf, files), *extra])}"
    if extra:
        raise UsageError("a target on the simulator takes no options of its own")
    return f"sim:{sim_file(elf, files)}"


# --- arguments -------------------------------------------------------------------------------

def usage_error(program, text):
    print(f"{program}: {text}; scripts/{program} --help tells more", file=sys.stderr)
    sys.exit(64)


def run_main(program, main):
    """Runs a script's main; what could not be built is a sentence, Ctrl-C is silent."""
    try:
        status = main()
    except BuildError as error:
        print(f"{program}: {error}", file=sys.stderr)
        status = error.status
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)
