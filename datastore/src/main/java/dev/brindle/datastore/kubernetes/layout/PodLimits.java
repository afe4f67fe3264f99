// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a pod's annotations say of the limits of its traffic. What is too small or too large is the
/// smallest or largest there is; what makes no sense without another is left out.
final class PodLimits {

  private static final String OWN = "qos.projectcalico.org/";
  private static final String DSCP = "dscp";
  private static final List<String> DIRECTIONS = List.of("ingress", "egress");

  private static final String BANDWIDTH = "Bandwidth";
  private static final String PEAK = "Peakrate";
  private static final long BURST = 4L << 30;
  private static final long PACKET_BURST = 5;

  /// Name, smallest, largest.
  private record Limit(String name, long min, long max) {}

  private static final List<Limit> LIMITS =
      List.of(
          new Limit(BANDWIDTH, 1_000, 1_000_000_000_000_000L),
          new Limit("Burst", 1_000, 34_359_738_360L),
          new Limit(PEAK, 1_010, 1_010_000_000_000_000L),
          new Limit("Minburst", 1_000, 100_000_000),
          new Limit("PacketRate", 1, 10_000),
          new Limit("PacketBurst", 1, 10_000),
          new Limit("MaxConnections", 1, 4_294_967_295L));

  private static final Pattern QUANTITY =
      Pattern.compile(
          "([+-]?[0-9]{1,30}(?:\\.[0-9]{0,30})?)(|n|u|m|k|[MGTPE]i?|Ki|[eE][+-]?[0-9]{1,2})");
  private static final String DECIMAL = "kMGTPE";
  private static final Pattern NAMED = Pattern.compile("DF|EF|CS[0-6]|AF[1-4][1-3]");

  private PodLimits() {}

  /// @param complaints is told what was changed or left out
  static ObjectNode of(Map<String, String> annotations, List<String> complaints) {
    ObjectNode limits = Json.object();
    for (String direction : DIRECTIONS) {
      for (Limit limit : LIMITS) {
        read(direction, limit, annotations, limits, complaints);
      }
      agree(direction, limits, complaints);
    }
    dscp(annotations.getOrDefault(OWN + DSCP, ""), limits, complaints);
    return limits;
  }

  private static void read(
      String direction,
      Limit limit,
      Map<String, String> annotations,
      ObjectNode limits,
      List<String> complaints) {
    String field = direction + limit.name();
    String key = OWN + field;
    if (limit.name().equals(BANDWIDTH) && !annotations.containsKey(key)) {
      key = "kubernetes.io/%s-bandwidth".formatted(direction);
    }
    String text = annotations.get(key);
    if (text == null) {
      return;
    }
    Optional<BigDecimal> value = quantity(text);
    if (value.isEmpty()) {
      complaints.add("annotation %s: '%s' is no quantity".formatted(key, text));
      return;
    }
    BigDecimal kept =
        value.get().max(BigDecimal.valueOf(limit.min())).min(BigDecimal.valueOf(limit.max()));
    if (kept.compareTo(value.get()) != 0) {
      complaints.add(
          "annotation %s: '%s' is not in %d..%d, %s counts"
              .formatted(key, text, limit.min(), limit.max(), kept.toPlainString()));
    }
    limits.put(field, kept.setScale(0, RoundingMode.CEILING).longValueExact());
  }

  /// `10M`, `1.5Gi`, `2e3`.
  private static Optional<BigDecimal> quantity(String text) {
    Matcher matcher = QUANTITY.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(matcher.group(1));
    String suffix = matcher.group(2);
    if (suffix.endsWith("i")) {
      int power = "KMGTPE".indexOf(suffix.charAt(0)) + 1;
      return Optional.of(number.multiply(BigDecimal.valueOf(1024).pow(power)));
    }
    boolean isExponent = suffix.length() > 1;
    return Optional.of(
        number.scaleByPowerOfTen(
            isExponent ? Integer.parseInt(suffix.substring(1)) : powerOfTen(suffix)));
  }

  private static int powerOfTen(String suffix) {
    return switch (suffix) {
      case "" -> 0;
      case "n" -> -9;
      case "u" -> -6;
      case "m" -> -3;
      default -> 3 * (DECIMAL.indexOf(suffix.charAt(0)) + 1);
    };
  }

  private static void agree(String direction, ObjectNode limits, List<String> complaints) {
    needs(direction, "Burst", BANDWIDTH, limits, complaints);
    needs(direction, PEAK, BANDWIDTH, limits, complaints);
    if (limits.path(direction + PEAK).asLong(Long.MAX_VALUE)
        <= limits.path(direction + BANDWIDTH).asLong()) {
      limits.remove(direction + PEAK);
      complaints.add("%sPeakrate has to be above %sBandwidth".formatted(direction, direction));
    }
    needs(direction, "Minburst", PEAK, limits, complaints);
    needs(direction, "PacketBurst", "PacketRate", limits, complaints);
    defaults(direction + "Burst", direction + BANDWIDTH, BURST, limits);
    defaults(direction + "PacketBurst", direction + "PacketRate", PACKET_BURST, limits);
  }

  private static void needs(
      String direction, String name, String other, ObjectNode limits, List<String> complaints) {
    if (limits.has(direction + name) && !limits.has(direction + other)) {
      limits.remove(direction + name);
      complaints.add("%s%s needs %s%s".formatted(direction, name, direction, other));
    }
  }

  private static void defaults(String field, String other, long value, ObjectNode limits) {
    if (limits.has(other) && !limits.has(field)) {
      limits.put(field, value);
    }
  }

  private static void dscp(String text, ObjectNode limits, List<String> complaints) {
    if (text.isEmpty()) {
      return;
    }
    String name = text.toUpperCase(Locale.ROOT);
    if (NAMED.matcher(name).matches()) {
      limits.put(DSCP, name);
    } else if (text.matches("[0-5]?[0-9]|6[0-3]")) {
      limits.put(DSCP, Integer.parseInt(text));
    } else {
      complaints.add("annotation %s%s: '%s' is no DSCP".formatted(OWN, DSCP, text));
    }
  }
}
