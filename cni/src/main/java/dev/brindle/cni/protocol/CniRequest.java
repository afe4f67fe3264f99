// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import static dev.brindle.cni.protocol.CniError.Code.INVALID_ENVIRONMENT;

import dev.brindle.api.net.IpAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One call as the runtime made it, from its environment.
///
/// @param containerId empty for commands that are not about a container
/// @param namespacePath path of the pod's network namespace; may be empty for DEL
/// @param interfaceName of the interface inside the pod
/// @param program the name that the plugin was run under; empty if it did not tell
/// @param args `CNI_ARGS`, by key
public record CniRequest(
    String program,
    CniCommand command,
    String containerId,
    String namespacePath,
    String interfaceName,
    Map<String, String> args) {

  /// What our plugin tells besides the specification's variables.
  public static final String PROGRAM = "CNI_PROGRAM";

  private static final Pattern CONTAINER_ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]*");
  private static final Pattern INTERFACE_NAME = Pattern.compile("[^\\s/:\\x00]{1,15}");
  private static final int MAX_CONTAINER_ID = 253;

  public CniRequest {
    args = Map.copyOf(args);
  }

  /// @throws CniException code 4 naming the variable, what it holds and what was expected
  public static CniRequest of(Map<String, String> environment) {
    CniCommand command = command(environment);
    String containerId = environment.getOrDefault("CNI_CONTAINERID", "");
    String namespacePath = environment.getOrDefault("CNI_NETNS", "");
    String interfaceName = environment.getOrDefault("CNI_IFNAME", "");
    if (command.isAboutContainer()) {
      checkContainerId(containerId);
      checkInterfaceName(interfaceName);
      checkNamespace(command, namespacePath);
    }
    String args = environment.getOrDefault("CNI_ARGS", "");
    return new CniRequest(
        environment.getOrDefault(PROGRAM, ""),
        command,
        containerId,
        namespacePath,
        interfaceName,
        args(args));
  }

  private static CniCommand command(Map<String, String> environment) {
    String name = environment.getOrDefault("CNI_COMMAND", "");
    return CniCommand.find(name).orElseThrow(() -> bad("CNI_COMMAND", name, commands()));
  }

  private static String commands() {
    return "expected "
        + Arrays.stream(CniCommand.values())
            .map(CniCommand::name)
            .collect(Collectors.joining(", "));
  }

  private static void checkContainerId(String id) {
    if (id.length() > MAX_CONTAINER_ID || !CONTAINER_ID.matcher(id).matches()) {
      throw bad(
          "CNI_CONTAINERID", id, "expected a letter or digit, then letters, digits, '_', '.', '-'");
    }
  }

  private static void checkInterfaceName(String name) {
    if (name.equals(".") || name.equals("..") || !INTERFACE_NAME.matcher(name).matches()) {
      throw bad("CNI_IFNAME", name, "expected 1 to 15 characters without blank, '/' or ':'");
    }
  }

  private static void checkNamespace(CniCommand command, String path) {
    boolean mayBeMissing = command == CniCommand.DEL && path.isEmpty();
    if (!mayBeMissing && !path.startsWith("/")) {
      throw bad("CNI_NETNS", path, "expected the path of a network namespace");
    }
  }

  private static Map<String, String> args(String text) {
    return Arrays.stream(text.split(";"))
        .map(String::strip)
        .filter(pair -> !pair.isEmpty())
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> value(text, pair), (_, last) -> last));
  }

  private static String value(String text, String[] pair) {
    if (pair.length != 2) {
      throw bad("CNI_ARGS", text, "expected KEY=VALUE pairs joined by ';'");
    }
    return pair[1];
  }

  private static CniException bad(String variable, String value, String expected) {
    return new CniException(
        INVALID_ENVIRONMENT,
        value.isEmpty()
            ? "%s is missing: %s".formatted(variable, expected)
            : "%s is '%s': %s".formatted(variable, CniConfigReader.shown(value), expected));
  }

  /// The address to assign (`IP` in `CNI_ARGS`), if one is named.
  ///
  /// @throws CniException code 4 if it is no address
  public Optional<IpAddress> addressArgument() {
    String text = arg("IP");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        IpAddress.tryParse(text)
            .orElseThrow(() -> bad("IP in CNI_ARGS", text, "expected an address")));
  }

  /// Whether the plugin only assigns addresses, for the network of another: it was run as
  /// `calico-ipam`, or does not know as what, and the network is another's.
  public boolean isForAddresses(CniConfig config) {
    return program.equals(CniConfig.Ipam.OURS) || (program.isEmpty() && config.isOthers());
  }

  /// The argument's value, or an empty text.
  public String arg(String key) {
    return args.getOrDefault(key, "");
  }
}
