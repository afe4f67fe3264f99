// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import java.util.regex.Pattern;

/// BGP communities in text: `aa:nn` (RFC 1997) or `aa:nn:mm` (RFC 8092).
final class CommunityText {

  private static final Pattern NUMBERS = Pattern.compile("[0-9]{1,10}(:[0-9]{1,10}){1,2}");
  private static final long MAX_OF_PAIR = 0xffffL;
  private static final long MAX_OF_TRIPLE = 0xffff_ffffL;

  private CommunityText() {}

  static boolean isCommunity(String text) {
    if (!NUMBERS.matcher(text).matches()) {
      return false;
    }
    String[] parts = text.split(":", -1);
    long max = parts.length == 2 ? MAX_OF_PAIR : MAX_OF_TRIPLE;
    for (String part : parts) {
      if (Long.parseLong(part) > max) {
        return false;
      }
    }
    return true;
  }
}
