// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `docs/cni.md` names every field of the network configuration that is read.
class CniPageTest {

  private static final Path SOURCE =
      Path.of("src/main/java/dev/brindle/cni/protocol/CniConfigReader.java");
  private static final Pattern FIELD =
      Pattern.compile(
          "(?:path|part|objects|text|texts|pools|number|flag|word)\\((?:[^\"()]*, ?)?\"([^\"]+)\"");

  @Test
  void everyFieldIsThere() throws Exception {
    String page = Files.readString(Path.of("../docs/cni.md"));
    Set<String> fields = new TreeSet<>();
    Matcher found = FIELD.matcher(Files.readString(SOURCE));
    while (found.find()) {
      fields.add(found.group(1));
    }

    assertThat(fields)
        .contains("mtu", "readiness_gates", "ipv4_pools", "assign_ipv6", "ip_addrs_no_ipam")
        .allSatisfy(field -> assertThat(page).contains(field));
  }
}
