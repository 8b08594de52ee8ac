#!/bin/sh
# A target that fills up while documents are rendered: admission stops, each one that is there
# is whole, exit 1, and a rerun with room completes it.
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
. "$(dirname "$0")/lib_render.sh"
trap 'cd / && umount "$work/disk" 2>/dev/null; cleanup' EXIT

for i in 1 2 3 4 5 6 7 8; do
    cp -r "$EXAMPLES/expected" "$work/in$i" && mkdir -p in && mv "in$i" "in/$i" || exit 1
done
total=96
cvx --parallel source=in n=8 --render "template=$PLAIN" --target want
is_status 0 "with room"
manifest want/documents >want.manifest
manifest want/verification_structured_data >read.manifest
size=$(du -sb want/documents | cut -f 1)
mkdir disk

batch() {
    cvx --parallel source=in n="$1" --render "template=$PLAIN" --target disk \
        --log-failed failed "$2" "$3"
}

for part in 1 2 3 4; do
    umount disk 2>/dev/null
    mount -t tmpfs -o "size=$((size * part / 5))" none disk || exit 1
    n=$((part * part))
    what="full at $part/5, n=$n"
    batch $n --fail-on never
    is_status 1 "$what"
    equal "$(grep -c '^Stopped: ' stdout)" 1 "$what: why it stopped"
    has stdout "No space left on device" "$what: why it stopped"
    for kind in documents:want verification_structured_data:read; do
        manifest "disk/${kind%:*}" >got.manifest
        comm -23 got.manifest "${kind#*:}.manifest" >foreign
        is_empty foreign "$what: ${kind%:*} that differ"
    done
    no_leftovers disk "$what"
    done_count=$(grep -c '^✅ \[' stdout)
    equal "$(line_count failed)" $((total - done_count)) "$what: the list"
done

mount -t tmpfs -o remount,size=64m none disk || exit 1
batch 8 --rerun-failed failed
is_status 0 "rerun with room"
manifest disk/documents >got.manifest
same got.manifest want.manifest "rerun with room"
is_empty failed "rerun with room: the list"

finish
