// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads the environment. The first value that cannot be used ends it.
public final class NodeSettingsReader {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.\\-]*[a-z0-9])?");
  private static final int MAX_NAME = 253;

  private final Environment environment;
  private final HostNames hostNames;

  private NodeSettingsReader(Environment environment, HostNames hostNames) {
    this.environment = environment;
    this.hostNames = hostNames;
  }

  /// What the machine says of its name, for when the environment does not.
  ///
  /// @param earlier the name this node had before; may be empty
  /// @param host what the operating system says; may be empty
  public record HostNames(String earlier, String host) {}

  /// @throws BadSettingException naming the variable, its value, and what was expected
  public static NodeSettings read(Map<String, String> variables, HostNames hostNames) {
    return new NodeSettingsReader(new Environment(variables), hostNames).read();
  }

  private NodeSettings read() {
    boolean hasDefaultPools = !environment.is("NO_DEFAULT_POOLS", "true");
    checkPoolsWanted(hasDefaultPools);
    directory("BRINDLE_CNI_DIR", "/run/brindle/cni");
    ReserveSize.read(environment.variables());
    return new NodeSettings(
        name(),
        address("IP", IpFamily.IPV4),
        address("IP6", IpFamily.IPV6),
        method("IP_AUTODETECTION_METHOD"),
        method("IP6_AUTODETECTION_METHOD"),
        PollInterval.parse(environment.textOr(PollInterval.VARIABLE, "60s")),
        as(),
        backend(),
        routerId(),
        !environment.is("DISABLE_NODE_IP_CHECK", "true"),
        hasDefaultPools,
        PoolSettingsReader.read(environment, IpFamily.IPV4),
        PoolSettingsReader.read(environment, IpFamily.IPV6),
        !environment.is("FELIX_IPV6SUPPORT", "false"),
        environment.text("CLUSTER_TYPE"),
        directory("BRINDLE_RUN_DIR", "/run/brindle"),
        directory("BRINDLE_STATE_DIR", NodeSettings.DEFAULT_STATE.toString()),
        environment.variables());
  }

  private void checkPoolsWanted(boolean hasDefaultPools) {
    for (String variable : new String[] {"CALICO_IPV4POOL_CIDR", "CALICO_IPV6POOL_CIDR"}) {
      String text = environment.text(variable);
      if (!hasDefaultPools && !text.isEmpty() && !text.equals("none")) {
        throw new BadSettingException(variable, text, "nothing, as NO_DEFAULT_POOLS is true");
      }
    }
  }

  private String name() {
    String given = environment.text("NODENAME");
    String hostName = environment.text("HOSTNAME").toLowerCase(Locale.ROOT);
    String system = hostNames.host().strip().toLowerCase(Locale.ROOT);
    String name =
        Optional.of(given)
            .filter(text -> !text.isEmpty())
            .or(() -> Optional.of(hostNames.earlier().strip()).filter(text -> !text.isEmpty()))
            .or(() -> Optional.of(hostName).filter(text -> !text.isEmpty()))
            .orElse(system);
    if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
      throw new BadSettingException(
          "NODENAME",
          name,
          "lower-case letters, digits, '-' and '.', at most 253, beginning and ending with a letter"
              + " or digit");
    }
    return name;
  }

  private AddressSetting address(String variable, IpFamily family) {
    String text = environment.text(variable);
    return switch (text) {
      case "" -> new AddressSetting.Unset();
      case "autodetect" -> new AddressSetting.Autodetect();
      case "none" -> new AddressSetting.None();
      default ->
          InterfaceAddress.tryParse(text)
              .filter(address -> address.address().family() == family)
              .map(address -> new AddressSetting.Given(address, text.contains("/")))
              .orElseThrow(
                  () ->
                      new BadSettingException(
                          variable,
                          text,
                          "an %s address, with or without /LENGTH, autodetect or none"
                              .formatted(family)));
    };
  }

  private DetectionMethod method(String variable) {
    return DetectionMethod.parse(variable, environment.text(variable));
  }

  private Optional<AsNumber> as() {
    String text = environment.text("AS");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      AsNumber as = AsNumber.parse(text);
      if (as.value() != 0) {
        return Optional.of(as);
      }
    } catch (IllegalArgumentException e) {
      throw new BadSettingException("AS", text, "an AS number: " + e.getMessage());
    }
    throw new BadSettingException("AS", text, "an AS number from 1 to 4294967295");
  }

  private Backend backend() {
    String variable = "CALICO_NETWORKING_BACKEND";
    String text = environment.text(variable);
    return switch (text) {
      case "", "bird" -> Backend.BIRD;
      case "vxlan" -> Backend.VXLAN;
      case "none" -> Backend.NONE;
      default -> throw new BadSettingException(variable, text, "bird, vxlan or none");
    };
  }

  private String routerId() {
    String variable = "CALICO_ROUTER_ID";
    String text = environment.text(variable);
    boolean isAddress =
        IpAddress.tryParse(text)
            .filter(address -> address.isIpv4() && !address.isUnspecified())
            .isPresent();
    if (!text.isEmpty() && !text.equals("hash") && !isAddress) {
      throw new BadSettingException(variable, text, "an IPv4 address, or hash");
    }
    return text;
  }

  private Path directory(String variable, String fallback) {
    String text = environment.textOr(variable, fallback);
    if (!text.startsWith("/")) {
      throw new BadSettingException(variable, text, "an absolute path");
    }
    return Path.of(text);
  }
}
