// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.install;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// `brindle cni install` and `brindle cni uninstall`.
///
/// Exit codes: 0 when it is done, 1 when it could not be.
public final class InstallMain {

  private static final String USAGE =
      """
      Usage: brindle cni install
             brindle cni uninstall

      Puts the CNI plugin and its network configuration on a host, or takes them away, and ends. It is configured by
      the environment as Calico's install-cni is: CNI_CONF_NAME, CNI_NETWORK_CONFIG, CNI_NETWORK_CONFIG_FILE, CNI_MTU,
      SKIP_CNI_BINARIES, UPDATE_CNI_BINARIES, ..., and
        BRINDLE_HOST_ROOT  where the host's directories are mounted (default /host; / on the host itself)
        BRINDLE_CNI_SOURCE the directory of the programs to install
      """;

  private InstallMain() {}

  public static void main(String[] arguments) {
    List<String> words = List.of(arguments);
    if (words.contains("--help") || words.contains("-h")) {
      System.out.print(USAGE);
    } else if (words.equals(List.of("install")) || words.equals(List.of("uninstall"))) {
      System.exit(run(words.getFirst()));
    } else {
      System.err.printf("brindle cni: expected install or uninstall%n%n%s", USAGE);
      System.exit(1);
    }
  }

  private static int run(String word) {
    String name = "brindle cni " + word;
    try {
      var env = System.getenv();
      Path root = InstallSettings.hostRoot(env);
      var installation =
          new Installation(
              InstallSettings.of(env, root, programs(env)),
              line -> System.out.println(name + ": " + line));
      if (word.equals("install")) {
        installation.install();
      } else {
        installation.uninstall();
      }
      return 0;
    } catch (InstallException e) {
      System.err.println(name + ": " + e.getMessage());
    } catch (IOException e) {
      System.err.println(name + ": " + e); // says which file and why
    }
    return 1;
  }

  /// The directory of what is to be installed.
  static Path programs(Map<String, String> env) {
    String home = System.getProperty("brindle.home", ".");
    return Path.of(env.getOrDefault("BRINDLE_CNI_SOURCE", home + "/target/bin"));
  }
}
