// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Who is being added, for whoever must not take them for left behind.
final class Arrivals {

  private final List<String> arriving = new ArrayList<>();
  private final List<Watch> watches = new ArrayList<>();

  /// Arrives until that is closed.
  synchronized Arrival begin(String handle) {
    arriving.add(handle);
    watches.forEach(watch -> watch.seen.add(handle));
    return new Arrival(handle);
  }

  /// Sees who is arriving now, and all who come until it is closed.
  synchronized Watch watch() {
    var watch = new Watch(arriving);
    watches.add(watch);
    return watch;
  }

  final class Arrival implements AutoCloseable {

    private final String handle;

    private Arrival(String handle) {
      this.handle = handle;
    }

    @Override
    public void close() {
      synchronized (Arrivals.this) {
        arriving.remove(handle);
      }
    }
  }

  final class Watch implements AutoCloseable {

    private final Set<String> seen;

    private Watch(List<String> arriving) {
      this.seen = new HashSet<>(arriving);
    }

    boolean hasSeen(String handle) {
      synchronized (Arrivals.this) {
        return seen.contains(handle);
      }
    }

    @Override
    public void close() {
      synchronized (Arrivals.this) {
        watches.remove(this);
      }
    }
  }
}
