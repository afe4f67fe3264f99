// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

/// How much of the heap is in use.
public final class UsedMemory {

  private static final int TRIES = 5;

  private UsedMemory() {}

  /// After what is garbage was collected; in bytes.
  public static long now() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < TRIES; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
