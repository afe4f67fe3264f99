// SPDX-License-Identifier: Apache-2.0

import java.util.ArrayList;
import java.util.List;

/// What is measured: who tells a speaker what, and who must know it in the end.
///
/// @param prefixes of each feeder
/// @param isSame whether all feeders tell the same prefixes, and each is the best way for some
/// @param perUpdate prefixes that share their attributes
/// @param receivers who only listen; outside of the speaker's AS
/// @param kind what the feeders are
record Point(
    String name,
    int feeders,
    int prefixes,
    boolean isSame,
    int perUpdate,
    int receivers,
    Kind kind) {

  static final int AS = 65000;
  static final int FEEDER_AS = 100_000;
  static final int RECEIVER_AS = 200_000;

  enum Kind {
    /// Peers outside, each of another AS, all connected before the first route is told.
    TABLE,
    /// The same; then one route after the other changes, and each is waited for.
    CHANGED,
    /// The same; and all routes must be in the kernel's table.
    KERNEL,
    /// Peers within, each telling what it has as soon as it is connected, four calling at a time.
    MESH,
    /// The same, and all call at once.
    HERD,
    /// The same, and each is to know what all others told.
    REFLECTED
  }

  static final List<Point> ALL =
      List.of(
          new Point("one", 1, 500_000, false, 8, 1, Kind.TABLE),
          new Point("ten", 10, 200_000, true, 20, 1, Kind.TABLE),
          new Point("fan", 1, 100_000, false, 8, 50, Kind.TABLE),
          new Point("mesh", 500, 6, false, 6, 1, Kind.MESH),
          new Point("mesh5k", 5_000, 6, false, 6, 1, Kind.MESH),
          new Point("herd", 500, 6, false, 6, 1, Kind.HERD),
          new Point("reflect", 500, 6, false, 6, 1, Kind.REFLECTED),
          new Point("change", 1, 500_000, false, 8, 1, Kind.CHANGED),
          new Point("fib", 1, 200_000, false, 8, 1, Kind.KERNEL));

  /// Small ones, for a run that is to touch everything.
  static final List<Point> TRAINING =
      List.of(
          new Point("mesh", 300, 6, false, 6, 1, Kind.REFLECTED),
          new Point("ten", 10, 30_000, true, 20, 1, Kind.TABLE),
          new Point("one", 1, 200_000, false, 8, 1, Kind.TABLE),
          new Point("fan", 1, 30_000, false, 8, 20, Kind.TABLE),
          new Point("mesh", 300, 6, false, 6, 1, Kind.REFLECTED));

  /// @param isFed whether it is told routes
  record Neighbor(int number, String address, int as, boolean isFeeder, boolean isFed) {

    boolean isInternal() {
      return as == AS;
    }
  }

  /// Whether all are connected before the first route is told.
  boolean isTable() {
    return kind == Kind.TABLE || kind == Kind.CHANGED || kind == Kind.KERNEL;
  }

  boolean isInKernel() {
    return kind == Kind.KERNEL;
  }

  /// How many may be calling at a time.
  int calling() {
    return kind == Kind.MESH || kind == Kind.REFLECTED ? 4 : Integer.MAX_VALUE;
  }

  /// Where packets go. A kernel takes no gateway that is its own address, as the neighbours' are.
  String nextHop(Neighbor feeder) {
    return isInKernel() ? "172.31.0." + (2 + feeder.number()) : feeder.address();
  }

  /// Feeders first.
  ///
  /// @param net the first octet of all addresses
  List<Neighbor> neighbors(int net) {
    List<Neighbor> all = new ArrayList<>();
    for (int i = 0; i < feeders; i++) {
      String address = address(net, isTable() ? 1 : 3, i);
      all.add(new Neighbor(i, address, isTable() ? FEEDER_AS + i : AS, true, !isTable()));
    }
    for (int i = 0; i < receivers; i++) {
      all.add(new Neighbor(i, address(net, 2, i), RECEIVER_AS + i, false, true));
    }
    return all;
  }

  private static String address(int net, int kind, int number) {
    return "%d.%d.%d.%d".formatted(net, kind, number / 200, number % 200 + 1);
  }

  /// All prefixes there are: the tables, and one of each feeder that it tells last.
  int size() {
    return (isSame ? prefixes : feeders * prefixes) + feeders;
  }

  /// Whose way to a prefix is best.
  int owner(int prefix) {
    int tables = size() - feeders;
    if (prefix >= tables) {
      return prefix - tables;
    }
    return isSame ? prefix / perUpdate % feeders : prefix / prefixes;
  }
}
