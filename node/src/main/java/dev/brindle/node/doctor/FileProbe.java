// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brindle.node.doctor.check.FileCheck.Directory;
import dev.brindle.node.doctor.check.LeftoverCheck.CniFile;
import dev.brindle.node.doctor.check.ManagerCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files of the machine.
final class FileProbe {

  private static final Logger LOG = LoggerFactory.getLogger(FileProbe.class);
  private static final JsonMapper JSON = new JsonMapper();

  private final Path root;

  /// @param root of the machine's file system
  FileProbe(Path root) {
    this.root = root;
  }

  /// Whether a directory can be written to, or made. Nothing is written.
  static Directory directory(String variable, Path directory) {
    Path present = directory;
    while (!Files.exists(present) && present.getParent() != null) {
      present = present.getParent();
    }
    if (!Files.isDirectory(present)) {
      return new Directory(variable, directory.toString(), present + " is no directory", 0);
    }
    if (!Files.isWritable(present)) {
      return new Directory(
          variable, directory.toString(), "this process may not write to " + present, 0);
    }
    try {
      return new Directory(
          variable, directory.toString(), "", Files.getFileStore(present).getUsableSpace());
    } catch (IOException e) {
      return new Directory(variable, directory.toString(), e.toString(), 0);
    }
  }

  /// @param directory of the container runtime, below the root
  List<CniFile> cniFiles(String directory) {
    return list(directory, "*.{conf,conflist,json}").stream()
        .map(file -> new CniFile(file.getFileName().toString(), types(file)))
        .toList();
  }

  private static List<String> types(Path file) {
    try {
      JsonNode config = JSON.readTree(Files.readString(file));
      return Stream.concat(Stream.of(config), config.path("plugins").valueStream())
          .map(plugin -> plugin.path("type").asText())
          .filter(type -> !type.isEmpty())
          .toList();
    } catch (JsonProcessingException _) {
      return List.of("no JSON");
    } catch (IOException e) {
      return List.of(e.toString());
    }
  }

  /// What else may forbid things, for who reads the findings.
  String guards() {
    String selinux =
        switch (first(below("sys/fs/selinux/enforce"))) {
          case "1" -> "SELinux enforces";
          case "0" -> "SELinux only warns";
          default -> "no SELinux";
        };
    String profile = first(Path.of("/proc/self/attr/current"));
    boolean isConfined = !profile.isEmpty() && !profile.equals("unconfined");
    return selinux + (isConfined ? ", AppArmor profile " + profile : ", no AppArmor profile");
  }

  /// The first line; empty if there is no such file, or it has none for us.
  private static String first(Path file) {
    try {
      return Files.exists(file)
          ? Files.readString(file).lines().findFirst().orElse("").replace("\0", "").strip()
          : "";
    } catch (IOException e) {
      LOG.debug("{}: {}", file, e.toString()); // a kernel without the module says so
      return "";
    }
  }

  ManagerCheck.Facts managers(List<String> programs) {
    boolean hasManager =
        Files.isDirectory(below("run/NetworkManager")) || programs.contains("NetworkManager");
    boolean hasNetworkd =
        Files.isDirectory(below("run/systemd/netif")) || programs.contains("systemd-network");
    return new ManagerCheck.Facts(
        hasManager,
        lines("NetworkManager", "NetworkManager.conf", "conf.d"),
        hasNetworkd,
        lines("systemd", "networkd.conf", "networkd.conf.d"));
  }

  /// Of a file and the directory of its additions, wherever they are.
  private List<String> lines(String name, String file, String additions) {
    List<String> lines = new ArrayList<>();
    for (String place : List.of("usr/lib", "run", "etc")) {
      String directory = "%s/%s".formatted(place, name);
      Path whole = below(directory).resolve(file);
      if (Files.isRegularFile(whole)) {
        lines.addAll(read(whole));
      }
      list(directory + "/" + additions, "*.conf").forEach(each -> lines.addAll(read(each)));
    }
    return lines;
  }

  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file).stream().map(String::strip).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> list(String directory, String glob) {
    Path path = below(directory);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(path, glob)) {
      stream.forEach(entries::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries.stream().sorted().toList();
  }

  private Path below(String path) {
    return root.resolve(path.startsWith("/") ? path.substring(1) : path);
  }
}
