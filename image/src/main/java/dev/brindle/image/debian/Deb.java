// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.debian;

import dev.brindle.image.oci.Content;
import dev.brindle.image.oci.FileTree;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// A package of Debian: what its control file says, and its files. Its scripts are not run.
///
/// @param control the control file, as dpkg has it in its status
public record Deb(String control, FileTree files) {

  /// @throws IOException naming the file and what was expected
  public static Deb read(Path file) throws IOException {
    FileTree control = null;
    FileTree data = null;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
        ArArchiveInputStream parts = new ArArchiveInputStream(in)) {
      for (ArArchiveEntry part = parts.getNextEntry(); part != null; part = parts.getNextEntry()) {
        String name = part.getName();
        if (name.startsWith("control.tar")) {
          control = tree(parts, name, file);
        } else if (name.startsWith("data.tar")) {
          data = tree(parts, name, file);
        }
      }
    }
    if (control == null || data == null || !control.files().containsKey("control")) {
      throw new IOException("%s has no control file or no data: no Debian package".formatted(file));
    }
    byte[] text = control.files().get("control").bytes();
    return new Deb(new String(text, StandardCharsets.UTF_8), data);
  }

  private static FileTree tree(InputStream part, String name, Path file) throws IOException {
    InputStream plain =
        switch (name.substring(name.indexOf(".tar"))) {
          case ".tar" -> part;
          case ".tar.gz" -> new GzipCompressorInputStream(part);
          case ".tar.xz" -> new XZCompressorInputStream(part);
          default ->
              throw new IOException(
                  "%s: %s is packed in a way that is not known here: expected .gz or .xz"
                      .formatted(file, name));
        };
    FileTree tree = new FileTree();
    TarArchiveInputStream tar = new TarArchiveInputStream(plain, "UTF-8");
    Map<String, Content> read = new TreeMap<>();
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      String path = path(entry.getName());
      if (path.isEmpty()) {
        continue;
      }
      if (entry.isDirectory()) {
        tree.directory(path, entry.getMode());
      } else if (entry.isSymbolicLink()) {
        tree.link(path, entry.getLinkName());
      } else if (entry.isLink()) {
        Content target = read.get(path(entry.getLinkName()));
        if (target == null) {
          throw new IOException("%s: %s is a link to what is not there".formatted(file, path));
        }
        tree.file(path, entry.getMode(), target);
      } else if (entry.isFile()) {
        Content content = Content.of(tar.readAllBytes());
        read.put(path, content);
        tree.file(path, entry.getMode(), content);
      } else {
        throw new IOException("%s: %s is a device".formatted(file, path));
      }
    }
    return tree;
  }

  private static String path(String name) {
    return name.replaceFirst("^(\\./|/)+", "").replaceFirst("^\\.$", "").replaceFirst("/+$", "");
  }

  /// @return empty if it has no such field
  public String field(String name) {
    return control
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  public String name() {
    return field("Package");
  }

  public String version() {
    return field("Version");
  }
}
