// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// ONLY_TO_CUSTOMER in canonical bytes (RFC 9234). One owner.
final class OtcMark {

  static final int FLAGS = 0xc0;
  static final int OCTETS = AttributeWalk.HEADER + Integer.BYTES;

  private final AttributeBlocks blocks;
  private byte[] bytes = new byte[256];

  OtcMark(AttributeBlocks blocks) {
    this.blocks = blocks;
  }

  /// The number in it. Of a set that has one.
  static int of(AttributeBlocks blocks, int block) {
    byte[] from = blocks.array(block);
    return Words.get32(from, AttributeWalk.value(from, blocks.find(block, Code.ONLY_TO_CUSTOMER)));
  }

  /// The same set with a mark. Of a set that has none.
  ///
  /// @return held once more; the caller keeps what it holds of the other
  int add(int block, int as) {
    byte[] from = blocks.array(block);
    int begin = blocks.begin(block);
    int length = blocks.length(block);
    if (bytes.length < length + OCTETS) {
      bytes = new byte[2 * (length + OCTETS)];
    }
    int end = begin + length;
    int place = begin;
    while (place < end && AttributeWalk.code(from, place) < Code.ONLY_TO_CUSTOMER) {
      place = AttributeWalk.next(from, place);
    }
    int before = place - begin;
    System.arraycopy(from, begin, bytes, 0, before);
    int value = AttributeWalk.header(bytes, before, FLAGS, Code.ONLY_TO_CUSTOMER, Integer.BYTES);
    Words.put32(bytes, value, as);
    System.arraycopy(from, place, bytes, before + OCTETS, length - before);
    return blocks.intern(bytes, 0, length + OCTETS);
  }
}
