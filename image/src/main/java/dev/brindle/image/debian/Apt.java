// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.debian;

import dev.brindle.image.Architecture;
import dev.brindle.image.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// apt-get with directories of its own: any architecture, and the host's packages, lists and dpkg
/// stay as they are. It checks the archive's signatures with Debian's keys.
public final class Apt {

  private static final Path KEYS = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

  private final Path home;

  private Apt(Path home) {
    this.home = home;
  }

  /// Fetches the lists of packages.
  ///
  /// @param mirror of the archive; the host's own if empty
  /// @throws IOException naming what is missing
  public static Apt update(Path home, Architecture architecture, String suite, String mirror)
      throws IOException, InterruptedException {
    if (!Files.isReadable(KEYS)) {
      throw new IOException(
          "no %s: install debian-archive-keyring, or give a base image (-Dimage.base=...)"
              .formatted(KEYS));
    }
    for (String directory : List.of("lists/partial", "cache/archives/partial", "parts", "debs")) {
      Files.createDirectories(home.resolve(directory));
    }
    Files.writeString(home.resolve("status"), "");
    String archive = mirror.isEmpty() ? hostsMirror() : mirror;
    String signed = "[signed-by=" + KEYS + "] ";
    Files.writeString(
        home.resolve("sources.list"), "deb " + signed + archive + " " + suite + " main\n");
    Files.writeString(
        home.resolve("apt.conf"),
        """
        APT::Architecture "%1$s";
        APT::Architectures { "%1$s"; };
        APT::Sandbox::User "root";
        APT::Install-Recommends "false";
        Acquire::Languages "none";
        Acquire::Retries "3";
        Dir::Etc::SourceList "%2$s/sources.list";
        Dir::Etc::SourceParts "%2$s/parts";
        Dir::State::Lists "%2$s/lists";
        Dir::State::Status "%2$s/status";
        Dir::Cache "%2$s/cache";
        """
            .formatted(architecture.word(), home));
    Apt apt = new Apt(home);
    apt.run(home, "update", "-qq");
    return apt;
  }

  /// The newest version of each.
  public List<Deb> fetch(List<String> packages) throws IOException, InterruptedException {
    List<Deb> debs = new ArrayList<>();
    for (Path file : files(packages)) {
      debs.add(Deb.read(file));
    }
    return debs;
  }

  /// As files, which stay until the build is cleaned.
  public List<Path> files(List<String> packages) throws IOException, InterruptedException {
    List<Path> files = new ArrayList<>();
    for (String name : packages) {
      Path directory = Files.createDirectories(home.resolve("debs").resolve(name));
      List<String> words = new ArrayList<>(List.of("download", "-qq", name));
      run(directory, words.toArray(String[]::new));
      try (Stream<Path> fetched = Files.list(directory)) {
        files.add(
            fetched
                .filter(file -> file.toString().endsWith(".deb"))
                .max(Comparator.comparing(Apt::changed))
                .orElseThrow(() -> new IOException("apt-get fetched no " + name)));
      }
    }
    return files;
  }

  private static FileTime changed(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// From which the host has its Debian.
  private static String hostsMirror() throws IOException, InterruptedException {
    String lines =
        Commands.run(
            Path.of("/"),
            Map.of(),
            List.of("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"));
    return lines
        .lines()
        .filter(uri -> uri.matches(".*/debian/?"))
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "apt's sources here name no mirror of Debian: say which (-Dimage.mirror=URL), or give a base image (-Dimage.base=...)"));
  }

  private void run(Path directory, String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("apt-get"));
    command.addAll(List.of(words));
    Commands.run(directory, Map.of("APT_CONFIG", home.resolve("apt.conf").toString()), command);
  }
}
