// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.runtime;

import static java.util.Map.entry;

import dev.brindle.image.Architecture;
import dev.brindle.image.oci.Content;
import dev.brindle.image.oci.FileTree;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which packages of Debian the programs and libraries of an image need, by what is written in
/// them.
public final class NeededPackages {

  private static final Map<String, String> PACKAGES =
      Map.ofEntries(
          entry("libc.so.6", "libc6"),
          entry("libm.so.6", "libc6"),
          entry("libdl.so.2", "libc6"),
          entry("librt.so.1", "libc6"),
          entry("libpthread.so.0", "libc6"),
          entry("libresolv.so.2", "libc6"),
          entry("libgcc_s.so.1", "libgcc-s1"),
          entry("libstdc++.so.6", "libstdc++6"),
          entry("libz.so.1", "zlib1g"));

  private NeededPackages() {}

  /// @throws IOException naming a file that is for another machine, or needs what nobody brings
  public static Set<String> of(FileTree tree, Architecture architecture) throws IOException {
    Set<String> here = new TreeSet<>();
    tree.entries().keySet().forEach(path -> here.add(path.substring(path.lastIndexOf('/') + 1)));
    Map<String, ElfFile> programs = new TreeMap<>();
    for (Map.Entry<String, Content> file : tree.files().entrySet()) {
      ElfFile.read(file.getValue()).ifPresent(elf -> programs.put(file.getKey(), elf));
    }
    Set<String> packages = new TreeSet<>();
    for (Map.Entry<String, ElfFile> program : programs.entrySet()) {
      if (program.getValue().machine() != architecture.elfMachine()) {
        throw new IOException(
            "%s is for another machine than %s".formatted(program.getKey(), architecture.word()));
      }
      for (String library : program.getValue().needed()) {
        String brings = PACKAGES.get(library);
        if (brings != null) {
          packages.add(brings);
        } else if (library.equals(architecture.loader())) {
          packages.add("libc6");
        } else if (!here.contains(library)) {
          throw new IOException(
              "%s needs %s, and it is not known which package has it"
                  .formatted(program.getKey(), library));
        }
      }
    }
    if (packages.contains("libstdc++6")) {
      packages.add("libgcc-s1");
    }
    return packages;
  }
}
