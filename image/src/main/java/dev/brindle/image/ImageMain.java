// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/// Builds the images; `image/pom.xml` says with which words.
public final class ImageMain {

  private ImageMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    try {
      BuildOptions options = BuildOptions.parse(List.of(arguments));
      Files.createDirectories(options.output());
      Revision revision = Revision.of(options.sources(), System.getenv());
      for (Architecture architecture : options.architectures()) {
        build(options, revision, architecture);
      }
    } catch (IllegalArgumentException e) {
      System.err.println("image: " + e.getMessage());
      System.exit(2);
    } catch (IOException e) {
      System.err.println("image: " + e);
      System.exit(1);
    }
  }

  /// Where nobody asked for it by name, an image for another machine may be missing.
  private static void build(BuildOptions options, Revision revision, Architecture architecture)
      throws IOException, InterruptedException {
    try {
      new ImageBuild(options, revision, architecture).run();
    } catch (IOException e) {
      if (!options.areOptional() || architecture == Architecture.host()) {
        throw e;
      }
      System.out.printf("image: none for %s: %s%n", architecture.word(), e.getMessage());
    }
  }
}
