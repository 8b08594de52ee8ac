#!/bin/sh
# A target that fills up: admission stops, what is there is whole, exit 1, and a rerun with
# room completes it. On a real tmpfs, in a mount namespace of its own.
#   CVX_FULL_POINTS  how many sizes to try (default 10)
case ${1:-} in
inside) ;;
*)
    # Root may mount; others in a user namespace where the system lets them.
    for how in -m -Urm; do
        unshare $how mount -t tmpfs -o size=64k none "${TMPDIR:-/tmp}" 2>/dev/null &&
            exec unshare $how "$0" inside
    done
    echo "SKIPPED: mounting is not allowed here"
    exit 77
    ;;
esac
. "$(dirname "$0")/lib.sh"
trap 'cd / && umount "$work/disk" 2>/dev/null; cleanup' EXIT

copies in 25
total=300
copies_manifest 25 >golden.manifest
mkdir disk

room() { # room SIZE: an empty target of so many bytes
    umount disk 2>/dev/null
    mount -t tmpfs -o "size=$1" none disk || exit 1
}

batch() {
    cvx --parallel source=in n="${n:-8}" --extract --target disk --log-failed failed "$@"
}

whole() { # whole WHAT: outputs are golden ones, nothing half
    manifest disk/structured_data >got.manifest
    comm -23 got.manifest golden.manifest >foreign
    is_empty foreign "$1: outputs that differ"
    no_leftovers disk "$1"
}

# Each output takes a page of 4 KiB at least, folders a little: of 300 some fit.
points=${CVX_FULL_POINTS:-10}
point=0
while [ $point -lt "$points" ]; do
    size=$((24576 + point * 1100000 / points))
    n=$((1 + point * 37 % 64))
    what="full at $size bytes, n=$n"
    point=$((point + 1))
    room $size
    batch --log-file log
    is_status 1 "$what"
    whole "$what"
    is_empty stderr "$what: stderr"
    equal "$(grep -c '^Stopped: ' stdout)" 1 "$what: why it stopped"
    has stdout "No space left on device" "$what: why it stopped"
    summary=$(tail -n 1 stdout)
    done_count=$(grep -cE '^(✅|⚠️) \[' stdout)
    failed_count=$(grep -c '^❌ \[' stdout)
    rest=$((total - done_count - failed_count))
    case $summary in
    "Completed: $done_count/$total files succeeded "*", $failed_count failed, $rest not done") pass ;;
    *) fail "$what: summary: $summary" ;;
    esac
    equal "$(line_count got.manifest)" "$done_count" "$what: outputs"
    # No more than what was in flight can fail: nobody is admitted into a full disk.
    if [ "$failed_count" -ge 1 ] && [ "$failed_count" -le $n ]; then pass; else
        fail "$what: $failed_count failed with n=$n" stdout
    fi
    equal "$(line_count failed)" $((failed_count + rest)) "$what: the list"
    has log "No space left on device" "$what: log file"
done

# Room is made: the rerun brings the rest to where the first run would have.
mount -t tmpfs -o remount,size=16m none disk || exit 1
batch --rerun-failed failed
is_status 0 "rerun with room"
manifest disk/structured_data >got.manifest
same got.manifest golden.manifest "rerun with room"
is_empty failed "rerun with room: the list"

# Full before it begins, even for the lock: one line, nothing begun, nothing broken.
room 16384
dd if=/dev/zero of=disk/ballast bs=4096 count=100 2>/dev/null
batch
is_status 1 "full from the start"
equal "$(find disk -name '*.json' -size +0 | wc -l)" 0 "full from the start: outputs"
no_leftovers disk "full from the start"
umount disk

# Files run out before bytes do (inodes).
mount -t tmpfs -o size=16m,nr_inodes=60 none disk || exit 1
batch
is_status 1 "no inodes"
whole "no inodes"
has stdout "No space left on device" "no inodes"
umount disk

# A read-only file system is no place to begin at.
mount -t tmpfs -o ro none disk || exit 1
batch
refused 1 "read-only file system"
has stderr "Read-only file system" "read-only file system"
umount disk

# A full disk under the log file alone: the work is done, the fault is told.
mount -t tmpfs -o size=8k none disk || exit 1
cvx --parallel source=in n=8 --extract --target out --log-file disk/log --verbosity minimal
is_status 1 "log file on a full disk"
has stderr "No space left on device" "log file on a full disk"
manifest out/structured_data >got.manifest
same got.manifest golden.manifest "log file on a full disk: outputs"
umount disk

finish
