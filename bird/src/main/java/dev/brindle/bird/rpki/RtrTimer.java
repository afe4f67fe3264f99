// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

/// What may be waited for.
public enum RtrTimer {
  /// To connect again.
  RETRY,
  /// To ask for news.
  REFRESH,
  /// For an answer; begins anew whenever the cache says something.
  SILENCE,
  /// What the cache said holds no longer.
  EXPIRE
}
