// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.Protocol;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Lists of maps in FelixConfiguration.
final class FelixListCheck {

  private static final Set<String> FAILSAFE_FIELDS = Set.of("protocol", "port", "net");
  private static final Set<String> TIMEOUT_FIELDS = Set.of("name", "timeout");
  private static final Pattern TIMEOUT_NAME = Pattern.compile("[a-zA-Z0-9_ -]+");
  private static final long MAX_PORT = 65_535;

  private FelixListCheck() {}

  /// `[{protocol, port, net}]`; without protocol TCP, without net everywhere.
  static void failsafe(String path, Object value, Findings findings) {
    findings.require(
        value instanceof List<?> list && list.stream().allMatch(FelixListCheck::isFailsafe),
        path,
        value,
        "must be a list of {protocol, port, net}, protocol TCP, UDP or SCTP, port in 0..65535");
  }

  private static boolean isFailsafe(@Nullable Object item) {
    if (!(item instanceof Map<?, ?> entry) || !FAILSAFE_FIELDS.containsAll(entry.keySet())) {
      return false;
    }
    Object port = entry.get("port");
    Object net = entry.get("net");
    return port != null
        && FelixValueCheck.whole(port).filter(n -> 0 <= n && n <= MAX_PORT).isPresent()
        && (net == null || (net instanceof String text && Cidr.tryParse(text).isPresent()))
        && isProtocol(entry.get("protocol"));
  }

  private static boolean isProtocol(@Nullable Object protocol) {
    if (protocol == null) {
      return true;
    }
    try {
      Protocol found = Protocol.parse(protocol.toString().toUpperCase(Locale.ROOT));
      return found.equals(Protocol.TCP)
          || found.equals(Protocol.UDP)
          || found.equals(Protocol.SCTP);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// `[{name, timeout}]`.
  static void timeouts(String path, Object value, Findings findings) {
    findings.require(
        value instanceof List<?> list && list.stream().allMatch(FelixListCheck::isTimeout),
        path,
        value,
        "must be a list of {name, timeout}, timeout a duration");
  }

  private static boolean isTimeout(@Nullable Object item) {
    return item instanceof Map<?, ?> entry
        && TIMEOUT_FIELDS.containsAll(entry.keySet())
        && entry.get("name") instanceof String name
        && TIMEOUT_NAME.matcher(name).matches()
        && entry.get("timeout") instanceof String timeout
        && Durations.isDuration(timeout);
  }
}
