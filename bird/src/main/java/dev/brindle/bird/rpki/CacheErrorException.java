// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

/// A cache said what contradicts what it said before, or more than it may. What it said is of no
/// use any more.
public final class CacheErrorException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  private final RtrError code;

  CacheErrorException(RtrError code, String message) {
    super(message);
    this.code = code;
  }

  /// The table has no room for what the cache says.
  public static CacheErrorException tooMuch(RuntimeException cause) {
    return new CacheErrorException(RtrError.INTERNAL_ERROR, String.valueOf(cause.getMessage()));
  }

  public RtrError code() {
    return code;
  }
}
