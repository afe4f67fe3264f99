// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.debian;

import dev.brindle.image.oci.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What jlink needs of another machine's JDK, from Debian's packages.
public final class DebianJdk {

  private static final Pattern PARTS = Pattern.compile("usr/lib/jvm/[^/]+/(jmods/[^/]+|release)");

  private DebianJdk() {}

  /// @param feature version of Java
  /// @return the directory
  public static Path unpack(Apt apt, int feature, Path directory)
      throws IOException, InterruptedException {
    Files.createDirectories(directory.resolve("jmods"));
    String name = "openjdk-" + feature;
    for (Path file : apt.files(List.of(name + "-jdk-headless", name + "-jre-headless"))) {
      for (Map.Entry<String, Content> entry : Deb.read(file).files().files().entrySet()) {
        Matcher part = PARTS.matcher(entry.getKey());
        if (part.matches()) {
          try (InputStream in = entry.getValue().open()) {
            Files.copy(in, directory.resolve(part.group(1)), StandardCopyOption.REPLACE_EXISTING);
          }
        }
      }
    }
    return directory;
  }
}
