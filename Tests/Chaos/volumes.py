"""Small disks of the run's own, which can be full for a while. Where the run may not mount, plain directories, and
no such fault."""

import os
import shutil
import subprocess
from pathlib import Path


class Volume:
    def __init__(self, path, megabytes):
        self.path = Path(path)
        self.path.mkdir(parents=True)
        self.megabytes = megabytes
        self.why_not = self._mount()

    @property
    def can_fill(self):
        return self.why_not is None

    def _mount(self):
        if os.environ.get("CHAOS_NO_MOUNT"):
            return os.environ["CHAOS_NO_MOUNT"]
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={self.megabytes}m,mode=0755", "chaos", str(self.path)],
            check=False,
            capture_output=True,
            text=True,
        )
        return None if done.returncode == 0 else f"a tmpfs cannot be mounted: {done.stderr.strip()}"

    def used(self):
        return shutil.disk_usage(self.path).used

    def fill(self):
        """Not a byte is left: the disk shrinks to little more than what is used, and a ballast file takes that."""
        self._resize((self.used() >> 20) + 6)
        with open(self.path / "ballast", "wb", buffering=0) as ballast:
            for size in (1 << 20, 4096):
                try:
                    while True:
                        ballast.write(b"\0" * size)
                except OSError:
                    pass

    def heal(self):
        (self.path / "ballast").unlink(missing_ok=True)
        self._resize(self.megabytes)

    def _resize(self, megabytes):
        subprocess.run(["mount", "-o", f"remount,size={megabytes}m", str(self.path)], check=True, capture_output=True)

    def keep(self, into):
        """The mount goes with the run; what a failed run left is copied."""
        if self.can_fill and self.path.is_mount():
            shutil.copytree(self.path, into, dirs_exist_ok=True, ignore_dangling_symlinks=True)

    def unmount(self):
        if self.can_fill and self.path.is_mount():
            subprocess.run(["umount", "-l", str(self.path)], check=False)
