// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

import java.util.ArrayList;
import java.util.List;

/// Text of addresses: dotted quads, RFC 4291 §2.2 in, RFC 5952 out.
final class IpAddressText {

  private static final int GROUPS = 8;

  /// Eight groups, the last two dotted: nothing longer is an address.
  private static final int MAX_LENGTH = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length();

  private IpAddressText() {}

  static IpAddress parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw malformed(text.substring(0, MAX_LENGTH) + "...");
    }
    if (text.indexOf(':') >= 0) {
      return parseIpv6(text);
    }
    return IpAddress.ofIpv4(parseDotted(text, text));
  }

  private static long parseDotted(String text, String whole) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      throw malformed(whole);
    }
    long bits = 0;
    for (String part : parts) {
      bits = (bits << 8) | octet(part, whole);
    }
    return bits;
  }

  private static int octet(String part, String whole) {
    boolean hasLeadingZero = part.length() > 1 && part.charAt(0) == '0';
    if (part.isEmpty() || part.length() > 3 || hasLeadingZero || !isDigits(part)) {
      throw malformed(whole);
    }
    int value = Integer.parseInt(part);
    if (value > 255) {
      throw malformed(whole);
    }
    return value;
  }

  private static boolean isDigits(String part) {
    return part.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static IpAddress parseIpv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      List<Integer> groups = groups(text, true, text);
      if (groups.size() != GROUPS) {
        throw malformed(text);
      }
      return ofGroups(groups);
    }
    List<Integer> head = groups(text.substring(0, gap), false, text);
    List<Integer> tail = groups(text.substring(gap + 2), true, text);
    int missing = GROUPS - head.size() - tail.size();
    if (missing < 1) {
      throw malformed(text);
    }
    List<Integer> all = new ArrayList<>(head);
    for (int i = 0; i < missing; i++) {
      all.add(0);
    }
    all.addAll(tail);
    return ofGroups(all);
  }

  /// @param isEnd whether the address ends here, so that it may end in dotted form
  private static List<Integer> groups(String text, boolean isEnd, String whole) {
    List<Integer> groups = new ArrayList<>();
    if (text.isEmpty()) {
      return groups;
    }
    String[] parts = text.split(":", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean isLast = i == parts.length - 1;
      if (isEnd && isLast && parts[i].indexOf('.') >= 0) {
        long dotted = parseDotted(parts[i], whole);
        groups.add((int) (dotted >>> 16));
        groups.add((int) dotted & 0xffff);
      } else {
        groups.add(group(parts[i], whole));
      }
    }
    return groups;
  }

  private static int group(String part, String whole) {
    boolean isHex = part.chars().allMatch(c -> c < 128 && Character.digit(c, 16) >= 0);
    if (part.isEmpty() || part.length() > 4 || !isHex) {
      throw malformed(whole);
    }
    return Integer.parseInt(part, 16);
  }

  private static IpAddress ofGroups(List<Integer> groups) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < GROUPS / 2; i++) {
      high = (high << 16) | groups.get(i);
      low = (low << 16) | groups.get(GROUPS / 2 + i);
    }
    return IpAddress.ofIpv6(high, low);
  }

  static String format(IpAddress address) {
    if (address.isIpv4()) {
      return dotted(address.low());
    }
    if (address.high() == 0 && address.low() >>> 32 == 0xffffL) {
      return "::ffff:" + dotted(address.low() & 0xffff_ffffL);
    }
    return ipv6(address);
  }

  /// Not by a format: in some languages that writes other digits.
  private static String dotted(long bits) {
    return ((bits >>> 24) & 0xff)
        + "."
        + ((bits >>> 16) & 0xff)
        + "."
        + ((bits >>> 8) & 0xff)
        + "."
        + (bits & 0xff);
  }

  private static String ipv6(IpAddress address) {
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      long word = i < GROUPS / 2 ? address.high() : address.low();
      groups[i] = (int) (word >>> (48 - i % 4 * 16)) & 0xffff;
    }
    int gapStart = -1;
    int gapLength = 1; // a single zero group is written out, RFC 5952 §4.2.2
    for (int i = 0; i < GROUPS; i++) {
      int run = zeroRun(groups, i);
      if (run > gapLength) {
        gapStart = i;
        gapLength = run;
      }
    }
    return joined(groups, gapStart, gapLength);
  }

  private static int zeroRun(int[] groups, int from) {
    int end = from;
    while (end < GROUPS && groups[end] == 0) {
      end++;
    }
    return end - from;
  }

  private static String joined(int[] groups, int gapStart, int gapLength) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == gapStart) {
        text.append("::");
        i += gapLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException("'%s' is not an IP address".formatted(text));
  }
}
