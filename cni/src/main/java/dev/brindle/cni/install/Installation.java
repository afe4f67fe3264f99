// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.install;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.brindle.cni.install.NetworkTemplate.Filled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Installs the plugin on a host, and takes it away again. Programs come before the configuration
/// that names them; each step may be repeated.
final class Installation {

  /// The plugin goes by these names.
  static final List<String> NAMES = List.of("calico", "calico-ipam");

  private static final String PROGRAM = "brindle-cni";

  /// What runtimes call for each sandbox before us. Theirs stays, whoever brought it.
  private static final String LOOPBACK = "loopback";

  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
  private static final List<String> CONFIGS = List.of(".conf", ".conflist", ".json");

  private final InstallSettings settings;
  private final Consumer<String> say;

  /// @param say is told what is done, and what should be looked at
  Installation(InstallSettings settings, Consumer<String> say) {
    this.settings = settings;
    this.say = say;
  }

  /// @throws InstallException why not; what was there before still works
  void install() throws IOException {
    Map<String, byte[]> programs = programs();
    List<Path> directories = writable();
    Filled config = config(programs);
    for (Path directory : directories) {
      HostFiles.removeUnfinished(directory);
      putLoopback(directory); // before what tells whether the one that is there is ours
      for (Map.Entry<String, byte[]> program : programs.entrySet()) {
        put(directory.resolve(program.getKey()), program.getValue());
      }
    }
    HostFiles.removeUnfinished(settings.configDirectory());
    Path file = settings.configDirectory().resolve(settings.configName());
    boolean isNew = HostFiles.put(file, config.text().getBytes(UTF_8), settings.permissions());
    say.accept("%s %s".formatted(file, isNew ? "is written" : "is as it should be"));
    removeOld();
    config.missing().forEach(this::complain);
    if (config.isWithoutBandwidth()) {
      say.accept(
          "the plugin 'bandwidth' is left out of the configuration: the daemon limits pods by the"
              + " same annotations, and both cannot");
    }
    reportOthers();
  }

  private void complain(String plugin) {
    boolean isBuiltIn = settings.template().isEmpty() && settings.templateFile().isEmpty();
    say.accept(
        isBuiltIn
            ? ("warning: there is no plugin '%s' in %s: the configuration goes without, so pods'"
                    + " hostPort has no effect; install the CNI project's plugins")
                .formatted(plugin, settings.programDirectories())
            : "warning: the configuration names the plugin '%s', which is not in %s: no pod can start"
                .formatted(plugin, settings.programDirectories()));
  }

  // ---- programs

  /// Ours under its names, and nothing else that may be there.
  private Map<String, byte[]> programs() throws IOException {
    Path own = settings.programs().resolve(PROGRAM);
    if (!Files.isRegularFile(own)) {
      throw new InstallException("there is no %s to install".formatted(own));
    }
    byte[] plugin = Files.readAllBytes(own);
    if (!isStandalone(plugin) && !settings.isOnHost()) {
      throw new InstallException(
          ("%s is the client in Java, which would need this image's Java on the host: build where"
                  + " there is a C compiler")
              .formatted(own));
    }
    checkDigest(own, plugin);
    Map<String, byte[]> programs = new TreeMap<>();
    NAMES.forEach(name -> programs.put(name, plugin));
    programs.keySet().removeAll(settings.skipped());
    return programs;
  }

  /// Whoever built the program says what it must be.
  private void checkDigest(Path own, byte[] plugin) throws IOException {
    Path file = own.resolveSibling(PROGRAM + ".sha256");
    if (Files.exists(file)) {
      String expected = Files.readString(file).strip().split("\\s", 2)[0];
      String found = HostFiles.digest(plugin);
      if (!found.equals(expected)) {
        throw new InstallException(
            "%s is not what was built: its SHA-256 is %s, %s says %s"
                .formatted(own, found, file, expected));
      }
    }
  }

  private static boolean isStandalone(byte[] program) {
    return program.length > ELF.length && Arrays.equals(program, 0, ELF.length, ELF, 0, ELF.length);
  }

  private List<Path> writable() {
    List<Path> writable =
        settings.programDirectories().stream()
            .filter(each -> Files.isDirectory(each) && Files.isWritable(each))
            .toList();
    boolean isThere =
        settings.programDirectories().stream()
            .anyMatch(each -> NAMES.stream().allMatch(name -> Files.exists(each.resolve(name))));
    if (writable.isEmpty() && (settings.isUpdating() || !isThere)) {
      throw new InstallException(
          "none of %s is a directory that can be written: mount the host's /opt/cni/bin there"
              .formatted(settings.programDirectories()));
    }
    return writable;
  }

  /// Where nobody else has brought one: k3s and RKE2 have none for networks that are not theirs.
  private void putLoopback(Path directory) throws IOException {
    byte[] plugin = Files.readAllBytes(settings.programs().resolve(PROGRAM));
    Path file = directory.resolve(LOOPBACK);
    if (settings.skipped().contains(LOOPBACK) || !isStandalone(plugin)) {
      return;
    }
    Path ours = directory.resolve(NAMES.getFirst());
    boolean isOurs = Files.isRegularFile(ours) && HostFiles.isSame(file, Files.readAllBytes(ours));
    if (isOurs || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      put(file, plugin);
    }
  }

  private void put(Path file, byte[] program) throws IOException {
    if (!settings.isUpdating() && Files.exists(file)) {
      say.accept("%s stays as it is (UPDATE_CNI_BINARIES is false)".formatted(file));
      return;
    }
    boolean isNew = HostFiles.put(file, program, HostFiles.PROGRAM);
    say.accept(
        "%s %s (SHA-256 %s)"
            .formatted(
                file, isNew ? "is installed" : "is as it should be", HostFiles.digest(program)));
  }

  // ---- configuration

  private Filled config(Map<String, byte[]> programs) throws IOException {
    String template =
        settings.templateFile().isEmpty()
            ? settings.template()
            : Files.readString(Path.of(settings.templateFile()));
    Predicate<String> isAtHand =
        type ->
            programs.containsKey(type)
                || settings.programDirectories().stream()
                    .anyMatch(each -> Files.exists(each.resolve(type)));
    if (!Files.isDirectory(settings.configDirectory())) {
      throw new InstallException(
          "%s is no directory: mount the host's %s there"
              .formatted(settings.configDirectory(), settings.hostConfigDirectory()));
    }
    return template.isEmpty()
        ? NetworkTemplate.builtIn(settings.placeholders(), isAtHand)
        : NetworkTemplate.own(template, settings.placeholders(), isAtHand);
  }

  private void removeOld() throws IOException {
    Path old = settings.configDirectory().resolve(settings.oldConfigName());
    if (!settings.oldConfigName().equals(settings.configName()) && Files.deleteIfExists(old)) {
      say.accept("%s is removed (CNI_OLD_CONF_NAME)".formatted(old));
    }
  }

  /// Runtimes take the first configuration by name.
  private void reportOthers() throws IOException {
    for (Path file : list(settings.configDirectory())) {
      String name = String.valueOf(file.getFileName());
      boolean isConfig = CONFIGS.stream().anyMatch(name::endsWith);
      if (isConfig && name.compareTo(settings.configName()) < 0) {
        say.accept(
            "warning: %s comes before %s, so runtimes take that one: remove it"
                .formatted(file, settings.configName()));
      } else if (isConfig && !name.equals(settings.configName())) {
        say.accept("note: %s is another network's and is not used".formatted(file));
      } else if (name.equals("calico-kubeconfig") || name.equals("calico-tls")) {
        say.accept(
            "note: %s holds credentials that this plugin does not need: remove it once no older"
                    .formatted(file)
                + " plugin is used");
      }
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  // ---- the way back

  /// Takes the configuration away first, so that no runtime calls what is no more, then what of
  /// ours is unchanged.
  void uninstall() throws IOException {
    Path config = settings.configDirectory().resolve(settings.configName());
    if (Files.deleteIfExists(config)) {
      say.accept("%s is removed".formatted(config));
    }
    byte[] plugin = Files.readAllBytes(settings.programs().resolve(PROGRAM));
    List<String> left = new ArrayList<>();
    for (Path directory : settings.programDirectories()) {
      for (String name : List.of("calico", "calico-ipam", LOOPBACK)) {
        Path file = directory.resolve(name);
        if (HostFiles.isSame(file, plugin)) {
          Files.delete(file);
          say.accept("%s is removed".formatted(file));
        } else if (NAMES.contains(name) && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
          left.add(file.toString());
        }
      }
    }
    if (!left.isEmpty()) {
      say.accept("note: %s is not this version's and stays".formatted(String.join(", ", left)));
    }
  }
}
