// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// What one group of peers is to be told, and how it looks on the wire for them. All of the group
/// are told the same, but for what they told us themselves.
interface TellingRules {

  /// Something may have changed since what is wanted was last asked for.
  default void begin() {}

  /// @return a word of `Told`, or `Told.NOTHING`
  long wanted(int prefix);

  /// How many octets `attributes` may need.
  int room(long word);

  /// The attributes as this group reads them, without MP_REACH_NLRI: for IPv4 prefixes with an IPv4
  /// next hop with NEXT_HOP.
  ///
  /// @return how many octets were written
  int attributes(long word, byte[] to);

  /// The next hop: the field of MP_REACH_NLRI, but for IPv4 prefixes with four octets, which have
  /// NEXT_HOP instead.
  ///
  /// @return how many octets were written
  int nextHop(long word, byte[] to);

  /// As long as a word is told, its block must stay.
  void retain(int block);

  void release(int block);
}
