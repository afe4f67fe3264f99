// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Arrays of one length that nobody needs now, for whoever needs one next. A full table that comes
/// and goes would else leave hundreds of megabytes behind, and the collector lets such lie as long
/// as the heap may grow. When it may not, the collector has these too.
final class Spares<T> {

  private final Deque<SoftReference<T>> kept = new ArrayDeque<>();

  void give(T array) {
    kept.addLast(new SoftReference<>(array));
  }

  /// One of them, with anything in it; null if there is none.
  @Nullable T take() {
    T array = null;
    while (array == null && !kept.isEmpty()) {
      array = kept.removeLast().get();
    }
    return array;
  }
}
