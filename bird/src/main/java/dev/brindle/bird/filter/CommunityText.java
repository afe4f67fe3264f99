// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.CommunityPattern.Extended;
import dev.brindle.bird.filter.CommunityPattern.Extended.Masked;
import dev.brindle.bird.filter.CommunityPattern.Large;
import dev.brindle.bird.filter.CommunityPattern.Standard;
import dev.brindle.bird.wire.LargeCommunity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Communities as people write them.
final class CommunityText {

  private static final Map<String, Integer> NAMES =
      Map.of(
          "graceful-shutdown", 0xffff_0000,
          "accept-own", 0xffff_0001,
          "llgr-stale", 0xffff_0006,
          "no-llgr", 0xffff_0007,
          "blackhole", 0xffff_029a,
          "no-export", 0xffff_ff01,
          "no-advertise", 0xffff_ff02,
          "no-export-subconfed", 0xffff_ff03,
          "no-peer", 0xffff_ff04);

  private static final Map<String, Long> KINDS = Map.of("rt", 2L, "soo", 3L, "ro", 3L);
  private static final Pattern HEXADECIMAL = Pattern.compile("(?:0x)?([0-9a-fA-F*]{16})");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
  private static final long MAX_16 = 0xffff;
  private static final long MAX_32 = 0xffff_ffffL;

  private static final long TWO_OCTET_AS = 0;
  private static final long IPV4 = 1;
  private static final long FOUR_OCTET_AS = 2;

  private CommunityText() {}

  static CommunityPattern parse(String text) {
    Integer known = NAMES.get(text);
    if (known != null) {
      return new Standard(known, -1);
    }
    if (HEXADECIMAL.matcher(text).matches()) {
      return hexadecimal(text);
    }
    String[] parts = text.split(":", -1);
    Long kind = KINDS.get(parts[0]);
    if (kind != null && parts.length == 3) {
      return extended(text, kind, parts[1], parts[2]);
    }
    return switch (parts.length) {
      case 2 -> standard(text, parts);
      case 3 -> large(text, parts);
      default -> throw wrong(text);
    };
  }

  private static Standard standard(String text, String[] parts) {
    Optional<Long> high = number(text, parts[0], MAX_16);
    Optional<Long> low = number(text, parts[1], MAX_16);
    return new Standard(
        (int) ((high.orElse(0L) << 16) | low.orElse(0L)),
        (high.isPresent() ? 0xffff_0000 : 0) | (low.isPresent() ? 0xffff : 0));
  }

  private static Large large(String text, String[] parts) {
    int[] values = new int[parts.length];
    int[] masks = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      Optional<Long> number = number(text, parts[i], MAX_32);
      values[i] = number.orElse(0L).intValue();
      masks[i] = number.isPresent() ? -1 : 0;
    }
    return new Large(
        new LargeCommunity(values[0], values[1], values[2]),
        new LargeCommunity(masks[0], masks[1], masks[2]));
  }

  /// The administrator's number decides which of three forms it has; `*` means all of them.
  private static Extended extended(String text, long kind, String administrator, String local) {
    Optional<IpAddress> address = IpAddress.tryParse(administrator).filter(IpAddress::isIpv4);
    if (address.isPresent()) {
      return new Extended(
          List.of(wide(IPV4, kind, address.map(IpAddress::low), number(text, local, MAX_16))));
    }
    Optional<Long> as = number(text, administrator, MAX_32);
    if (as.isPresent()) {
      return new Extended(
          List.of(
              as.get() <= MAX_16
                  ? narrow(kind, as, number(text, local, MAX_32))
                  : wide(FOUR_OCTET_AS, kind, as, number(text, local, MAX_16))));
    }
    Optional<Long> number = number(text, local, MAX_32);
    List<Masked> forms = new ArrayList<>();
    forms.add(narrow(kind, as, number));
    if (number.orElse(0L) <= MAX_16) {
      forms.add(wide(IPV4, kind, as, number));
      forms.add(wide(FOUR_OCTET_AS, kind, as, number));
    }
    return new Extended(forms);
  }

  /// Two octets of AS, four of number.
  private static Masked narrow(long kind, Optional<Long> as, Optional<Long> number) {
    return masked(
        (TWO_OCTET_AS << 8) | kind,
        as.orElse(0L) << 32 | number.orElse(0L),
        (as.isPresent() ? MAX_16 << 32 : 0) | (number.isPresent() ? MAX_32 : 0));
  }

  /// Four octets of address or AS, two of number.
  private static Masked wide(long type, long kind, Optional<Long> who, Optional<Long> number) {
    return masked(
        (type << 8) | kind,
        who.orElse(0L) << 16 | number.orElse(0L),
        (who.isPresent() ? MAX_32 << 16 : 0) | (number.isPresent() ? MAX_16 : 0));
  }

  private static Masked masked(long type, long value, long mask) {
    return new Masked((type << 48) | value, (MAX_16 << 48) | mask);
  }

  private static Extended hexadecimal(String text) {
    String digits = text.startsWith("0x") ? text.substring(2) : text;
    long value = 0;
    long mask = 0;
    for (int i = 0; i < digits.length(); i++) {
      char digit = digits.charAt(i);
      value = (value << 4) | (digit == '*' ? 0 : Character.digit(digit, 16));
      mask = (mask << 4) | (digit == '*' ? 0 : 0xf);
    }
    return new Extended(List.of(new Masked(value, mask)));
  }

  /// Empty for `*`.
  private static Optional<Long> number(String text, String part, long max) {
    if (part.equals("*")) {
      return Optional.empty();
    }
    if (!NUMBER.matcher(part).matches()) {
      throw wrong(text);
    }
    long number = Long.parseLong(part);
    if (number > max) {
      throw new IllegalArgumentException("'%s': %d is not in 0..%d".formatted(text, number, max));
    }
    return Optional.of(number);
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        ("'%s' is no community; expected 64512:100, 64512:1:2, rt:64512:100, soo:64512:100,"
                + " 16 hexadecimal digits, or a name such as no-export")
            .formatted(text));
  }
}
