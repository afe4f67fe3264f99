// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// What the decision asks of an attribute set, by its number. Numbers of 32 bits are unsigned.
interface BlockFacts {

  /// Holds the set once more.
  void retain(int block);

  /// Holds it once less; at none its number may be given to another.
  void release(int block);

  /// 100 if there is none.
  int localPref(int block);

  int asLength(int block);

  /// 0 if the path is empty or begins with a set.
  int firstAs(int block);

  int origin(int block);

  /// 0 if there is none.
  int med(int block);

  /// 0 if there is none.
  int originatorId(int block);

  int clusterCount(int block);

  /// LOCAL_PREF, length of AS_PATH and ORIGIN as one number, lower for better: most decisions need
  /// no more. Better kept than computed, since it is read for each path that comes.
  default long rank(int block) {
    return rank(localPref(block), asLength(block), origin(block));
  }

  /// ```
  /// | 0 (14) | complement of LOCAL_PREF (32) | AS_PATH length (16) | ORIGIN (2) |
  /// ```
  ///
  /// @param asLength below 2^16: a message of 65535 octets holds fewer
  static long rank(int localPref, int asLength, int origin) {
    return (Integer.toUnsignedLong(~localPref) << 18) | ((long) asLength << 2) | origin;
  }
}
