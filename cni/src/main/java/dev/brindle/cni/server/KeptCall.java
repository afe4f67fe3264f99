// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.api.label.TextHash;
import dev.brindle.cni.plugin.PluginCall;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniRequest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A call that outlives its caller, as bytes of a file: without the path of its network namespace,
/// which may be another's by the time it is read.
///
/// @param more what is noted beside it; names begin with `CNI_`
record KeptCall(CniRequest request, CniConfig config, Map<String, String> more) {

  /// @param reader of the network configuration
  /// @throws IllegalArgumentException or CniException if the bytes are of no call
  static KeptCall of(byte[] bytes, Function<String, CniConfig> reader) {
    PluginCall call = PluginCall.decode(bytes);
    return new KeptCall(
        CniRequest.of(call.environment()), reader.apply(call.input()), call.environment());
  }

  /// The same for each call about one interface of one container in one network.
  static String name(CniRequest request, CniConfig config) {
    String attachment =
        "%s\n%s\n%s\n%s"
            .formatted(
                request.isForAddresses(config),
                config.name(),
                request.containerId(),
                request.interfaceName());
    return HexFormat.of().formatHex(TextHash.SHA_1.of(attachment));
  }

  /// As a DEL, which needs no network namespace.
  byte[] bytes() {
    String arguments =
        new TreeMap<>(request.args())
            .entrySet().stream()
                .map(argument -> argument.getKey() + "=" + argument.getValue())
                .collect(Collectors.joining(";"));
    Map<String, String> variables = new HashMap<>(more);
    variables.putAll(
        Map.of(
            "CNI_COMMAND",
            "DEL",
            CniRequest.PROGRAM,
            request.program(),
            "CNI_CONTAINERID",
            request.containerId(),
            "CNI_IFNAME",
            request.interfaceName(),
            "CNI_ARGS",
            arguments));
    variables.remove("CNI_NETNS");
    return PluginCall.encode(variables, config.text().getBytes(StandardCharsets.UTF_8));
  }
}
