// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Memory for the paths of prefixes that have several, in runs of fitting capacity. A run is
/// named by its place: the class of capacity in the upper 5 bits, the number in the class in the
/// lower 27.
final class PathRuns {

  private static final int INDEX_BITS = 27;
  private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;

  private static final int[] CAPACITIES = {
    2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 256, 512, 1024,
    2048, 4096, 8192, 16384, 32768
  };

  private final RunClass[] classes = new RunClass[CAPACITIES.length];

  PathRuns() {
    Spares<long[]> spares = new Spares<>();
    for (int i = 0; i < CAPACITIES.length; i++) {
      classes[i] = new RunClass(CAPACITIES[i], spares);
    }
  }

  /// A place for at least `count` paths of a prefix.
  int take(int owner, int count) {
    int kind = kindFor(count);
    return (kind << INDEX_BITS) | classes[kind].take(owner);
  }

  private static int kindFor(int count) {
    int kind = 0;
    while (CAPACITIES[kind] < count) {
      kind++;
    }
    return kind;
  }

  /// Gives back the prefix whose run has moved to `place`, `NONE` if none had to.
  int free(int place) {
    return classes[place >>> INDEX_BITS].free(place & INDEX_MASK);
  }

  long[] page(int place) {
    return classes[place >>> INDEX_BITS].page(place & INDEX_MASK);
  }

  int offset(int place) {
    return classes[place >>> INDEX_BITS].offset(place & INDEX_MASK);
  }

  int capacity(int place) {
    return classes[place >>> INDEX_BITS].capacity();
  }

  /// Below how many paths a smaller run will do, with room for one more.
  int slackBelow(int place) {
    int kind = place >>> INDEX_BITS;
    return kind == 0 ? 0 : classes[kind - 1].capacity();
  }

  long bytes() {
    long bytes = 0;
    for (RunClass each : classes) {
      bytes += each.bytes();
    }
    return bytes;
  }
}
