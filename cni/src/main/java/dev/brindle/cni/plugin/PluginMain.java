// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// What kubelet runs: hands its environment and standard input to the daemon, and the daemon's
/// answer to standard output. Decides nothing but what can be said without the daemon.
///
/// `brindle-cni.c`, with `delegate.c`, is the same program: whoever changes one changes the other,
/// and the tests of both are the same.
public final class PluginMain {

  static final List<String> COMMANDS = List.of("ADD", "DEL", "CHECK", "GC", "STATUS", "VERSION");

  static final String SUPPORTED_VERSIONS =
      "[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]";

  private PluginMain() {}

  public static void main(String[] arguments) {
    end(answer(System.getenv()));
  }

  /// Answers, and ends the process: whoever comes first. Nothing here needs to be ended in order.
  static synchronized void end(PluginReply reply) {
    try {
      new FileOutputStream(FileDescriptor.out)
          .write(reply.output().getBytes(StandardCharsets.UTF_8));
    } catch (IOException _) {
      Runtime.getRuntime().halt(1); // nobody is there to be told
    }
    Runtime.getRuntime().halt(reply.exitCode());
  }

  private static PluginReply answer(Map<String, String> environment) {
    String command = environment.getOrDefault("CNI_COMMAND", "");
    try {
      byte[] input = System.in.readNBytes(SlotMessages.MAX_REQUEST + 1);
      return answer(command, environment, input);
    } catch (IOException e) {
      return new PluginError(
              PluginError.IO_FAILURE, "standard input: ".concat(String.valueOf(e.getMessage())), "")
          .reply(new byte[0]);
    }
  }

  private static PluginReply answer(String command, Map<String, String> environment, byte[] input) {
    if (command.equals("VERSION")) {
      return PluginReply.success(
          "{\"cniVersion\":"
              .concat(PluginError.quotedVersion(input))
              .concat(",\"supportedVersions\":")
              .concat(SUPPORTED_VERSIONS)
              .concat("}"));
    }
    if (!COMMANDS.contains(command)) {
      return new PluginError(
              PluginError.INVALID_ENVIRONMENT,
              "CNI_COMMAND is '%s': expected one of %s".formatted(command, COMMANDS),
              "")
          .reply(input);
    }
    byte[] call = PluginCall.encode(environment, input);
    if (call.length > SlotMessages.MAX_REQUEST) {
      return new PluginError(
              PluginError.INVALID_NETWORK_CONFIG,
              "stdin and CNI_ variables are longer than %d bytes"
                  .formatted(SlotMessages.MAX_REQUEST),
              "")
          .reply(input);
    }
    Patience.begin(input);
    return new DaemonCall(environment).ask(call, input).reply(input);
  }
}
