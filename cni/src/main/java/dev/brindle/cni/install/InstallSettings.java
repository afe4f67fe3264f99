// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.install;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What is to be installed and where, from the environment as Calico's install-cni has it.
///
/// @param isOnHost whether this is the host itself, not a container with the host's directories
/// @param programs the directory with what is to be installed
/// @param programDirectories where it goes; at least one must be writable
/// @param configDirectory as seen from here
/// @param hostConfigDirectory the same as seen from the host
/// @param configName of the file written
/// @param oldConfigName of a file to remove; may be the same
/// @param template text of the configuration; empty for the built-in one
/// @param templateFile instead of that
/// @param skipped programs that are not installed
/// @param isUpdating whether programs that are there already are replaced
/// @param permissions of the configuration
/// @param placeholders what stands for `__NAME__`
record InstallSettings(
    boolean isOnHost,
    Path programs,
    List<Path> programDirectories,
    Path configDirectory,
    String hostConfigDirectory,
    String configName,
    String oldConfigName,
    String template,
    String templateFile,
    Set<String> skipped,
    boolean isUpdating,
    Set<PosixFilePermission> permissions,
    Map<String, String> placeholders) {

  private static final String HOST = "/host";
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.\\-]*");
  private static final Pattern OCTAL = Pattern.compile("0?[0-7]{3}");
  private static final int OCTAL_RADIX = 8;

  /// Placeholders, the variables they are filled from, and what stands where one is not set.
  private static final String PLACEHOLDERS =
      """
      __LOG_LEVEL__                LOG_LEVEL                info
      __LOG_FILE_PATH__            LOG_FILE_PATH            /var/log/calico/cni/cni.log
      __LOG_FILE_MAX_SIZE__        LOG_FILE_MAX_SIZE        100
      __LOG_FILE_MAX_AGE__         LOG_FILE_MAX_AGE         30
      __LOG_FILE_MAX_COUNT__       LOG_FILE_MAX_COUNT       10
      __DATASTORE_TYPE__           DATASTORE_TYPE           kubernetes
      __CNI_MTU__                  CNI_MTU                  0
      __KUBERNETES_SERVICE_HOST__  KUBERNETES_SERVICE_HOST
      __KUBERNETES_SERVICE_PORT__  KUBERNETES_SERVICE_PORT
      __CALICO_API_GROUP__         CALICO_API_GROUP         crd.projectcalico.org/v1
      __REQUIRE_MTU_FILE__         REQUIRE_MTU_FILE         false
      __ETCD_ENDPOINTS__           ETCD_ENDPOINTS
      __ETCD_DISCOVERY_SRV__       ETCD_DISCOVERY_SRV
      """;

  InstallSettings {
    programDirectories = List.copyOf(programDirectories);
    skipped = Set.copyOf(skipped);
    permissions = Set.copyOf(permissions);
    placeholders = Map.copyOf(placeholders);
  }

  /// @param root what stands before the host's own paths here, `/host`; empty on the host itself
  /// @param programs the directory with what is to be installed
  /// @throws InstallException naming the variable, its value and what was expected
  static InstallSettings of(Map<String, String> env, Path root, Path programs) {
    String configDirectory = env.getOrDefault("CNI_NET_DIR", "/etc/cni/net.d");
    String configName = name(env, "CNI_CONF_NAME");
    return new InstallSettings(
        root.equals(Path.of("/")),
        programs,
        List.of(under(root, "/opt/cni/bin"), under(root, "/secondary-bin-dir")),
        under(root, "/etc/cni/net.d"),
        configDirectory,
        configName,
        name(env, "CNI_OLD_CONF_NAME"),
        env.getOrDefault("CNI_NETWORK_CONFIG", ""),
        env.getOrDefault("CNI_NETWORK_CONFIG_FILE", ""),
        Arrays.stream(env.getOrDefault("SKIP_CNI_BINARIES", "").split(","))
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .collect(Collectors.toUnmodifiableSet()),
        flag(env, "UPDATE_CNI_BINARIES", true),
        permissions(env),
        placeholders(env, configDirectory));
  }

  /// Where the host's root directory is seen.
  static Path hostRoot(Map<String, String> env) {
    String root = env.getOrDefault("BRINDLE_HOST_ROOT", HOST);
    try {
      return Path.of(root.isEmpty() ? "/" : root);
    } catch (InvalidPathException e) {
      throw bad("BRINDLE_HOST_ROOT", root, "a directory", e);
    }
  }

  private static Path under(Path root, String path) {
    return root.resolve(path.substring(1));
  }

  private static String name(Map<String, String> env, String variable) {
    String name = env.getOrDefault(variable, "10-calico.conflist");
    if (!FILE_NAME.matcher(name).matches()) {
      throw bad(variable, name, "the name of a file, without a directory");
    }
    return name;
  }

  private static boolean flag(Map<String, String> env, String variable, boolean absent) {
    String text = env.getOrDefault(variable, "");
    return switch (text) {
      case "" -> absent;
      case "true" -> true;
      case "false" -> false;
      default -> throw bad(variable, text, "true or false");
    };
  }

  private static Set<PosixFilePermission> permissions(Map<String, String> env) {
    String variable = "TEST_FILE_PERMISSION";
    String text = env.getOrDefault(variable, "0600");
    if (!OCTAL.matcher(text).matches()) {
      throw bad(variable, text, "three octal digits, 0600");
    }
    int mode = Integer.parseInt(text, OCTAL_RADIX);
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values(); // r, w, x of owner, group, others
    for (int i = 0; i < all.length; i++) {
      if ((mode & (1 << (all.length - 1 - i))) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }

  private static Map<String, String> placeholders(Map<String, String> env, String configDirectory) {
    Map<String, String> values =
        PLACEHOLDERS
            .lines()
            .map(line -> line.split(" +"))
            .collect(
                Collectors.toMap(
                    words -> words[0],
                    words -> env.getOrDefault(words[1], words.length > 2 ? words[2] : "")));
    // empty is right too: the daemon knows which node it is
    String node = env.getOrDefault("NODENAME", "");
    values.put("__KUBERNETES_NODE_NAME__", env.getOrDefault("KUBERNETES_NODE_NAME", node));
    values.put("__KUBECONFIG_FILEPATH__", configDirectory + "/calico-kubeconfig");
    // the plugin needs no credentials: the daemon has them
    for (String secret :
        List.of("SERVICEACCOUNT_TOKEN", "ETCD_CERT_FILE", "ETCD_CA_CERT_FILE", "ETCD_KEY_FILE")) {
      values.put("__" + secret + "__", "");
    }
    return values;
  }

  private static InstallException bad(String variable, String value, String expected) {
    return new InstallException("%s is '%s': expected %s".formatted(variable, value, expected));
  }

  private static InstallException bad(
      String variable, String value, String expected, Exception cause) {
    return new InstallException(
        "%s is '%s': expected %s".formatted(variable, value, expected), cause);
  }
}
