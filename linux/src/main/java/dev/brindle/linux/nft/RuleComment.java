// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import dev.brindle.api.label.TextHash;
import java.util.Arrays;
import java.util.Base64;

/// The comment of a rule in the kernel: `brindle:<hash> <for people>`. The kernel does not give
/// back the rules it was given, so the hash is how a later start knows what a rule is.
public final class RuleComment {

  private static final String MARK = "brindle:";

  /// Goes into every hash: to be raised when a rule is encoded in another way than before.
  private static final String ENCODING = "1 ";

  private static final int HASH_BYTES = 12;
  private static final int HASH_LENGTH = 16;

  /// What nft(8) shows.
  private static final int LONGEST = 127;

  private RuleComment() {}

  /// 16 characters. Rules that do the same in the same words have the same.
  public static String hash(NftFamily family, NftRule rule) {
    String text = ENCODING + family + " " + NftText.of(rule);
    byte[] digest = TextHash.SHA_256.of(text);
    return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest, HASH_BYTES));
  }

  public static String of(NftFamily family, NftRule rule) {
    String text = (MARK + hash(family, rule) + " " + plain(rule.comment())).stripTrailing();
    return text.substring(0, Math.min(LONGEST, text.length()));
  }

  /// @return the hash, or an empty text if the comment is not one of ours
  public static String hashIn(String comment) {
    boolean isOurs = comment.startsWith(MARK) && comment.length() >= MARK.length() + HASH_LENGTH;
    return isOurs ? comment.substring(MARK.length(), MARK.length() + HASH_LENGTH) : "";
  }

  /// Printable ASCII without quotes: what nft(8) can read back.
  static String plain(String text) {
    var plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            each ->
                plain.append(each == '"' ? '\'' : each < ' ' || each > '~' ? '?' : (char) each));
    return plain.toString();
  }
}
