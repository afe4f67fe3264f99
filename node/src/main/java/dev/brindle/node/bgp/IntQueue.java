// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

/// Numbers in the order they came, in an array that grows.
final class IntQueue {

  private int[] ring = new int[64];
  private int first;
  private int size;

  void add(int number) {
    if (size == ring.length) {
      grow();
    }
    ring[(first + size) & (ring.length - 1)] = number;
    size++;
  }

  private void grow() {
    int[] larger = new int[2 * ring.length];
    for (int i = 0; i < size; i++) {
      larger[i] = ring[(first + i) & (ring.length - 1)];
    }
    ring = larger;
    first = 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /// @throws IllegalStateException if there is none
  int remove() {
    if (size == 0) {
      throw new IllegalStateException("the queue is empty");
    }
    int number = ring[first];
    first = (first + 1) & (ring.length - 1);
    size--;
    return number;
  }
}
