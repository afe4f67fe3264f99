// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// What chance begins with. An ordinary build says the same octets each time, so that it fails only
/// by what has changed; whoever asks for a length of time with `-Dfuzz.seconds` seeks what is new.
public final class FuzzSeed {

  private static final long OF_EACH_BUILD = 20_261_121;

  private FuzzSeed() {}

  public static long seed() {
    boolean seeks = Integer.getInteger("fuzz.seconds") != null;
    return Long.getLong("fuzz.seed", seeks ? System.nanoTime() : OF_EACH_BUILD);
  }
}
