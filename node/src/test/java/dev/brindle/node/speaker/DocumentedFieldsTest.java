// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `docs/speaker.md` says of the file is so.
class DocumentedFieldsTest {

  private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\n(.*?)```");
  private static final Pattern KNOWN = Pattern.compile("known here are \\[(.*)]");

  private final String page;

  DocumentedFieldsTest() throws IOException {
    String root = System.getProperty("maven.multiModuleProjectDirectory", "..");
    page = Files.readString(Path.of(root, "docs", "speaker.md"));
  }

  @Test
  void examplesAreRead() {
    List<String> examples = EXAMPLE.matcher(page).results().map(it -> it.group(1)).toList();

    assertThat(examples).hasSize(2);
    for (String example : examples) {
      assertThat(plan(example).warnings()).as(example).isEmpty();
    }
  }

  @ParameterizedTest(name = "of {0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          the speaker ; {x: 1}
          a neighbor  ; {asn: 1, routerId: 1.1.1.1, neighbors: [{x: 1}]}
          a match     ; {asn: 1, routerId: 1.1.1.1, filters: {f: [{match: {x: 1}, action: accept}]}}
          a change    ; {asn: 1, routerId: 1.1.1.1, filters: {f: [{set: {x: 1}, action: accept}]}}
          mrt         ; {asn: 1, routerId: 1.1.1.1, mrt: {x: 1}}
          tables      ; {asn: 1, routerId: 1.1.1.1, mrt: {tables: {x: 1}}}
          messages    ; {asn: 1, routerId: 1.1.1.1, mrt: {messages: {x: 1}}}
          """)
  void everyFieldIsNamed(String of, String file) {
    SpeakerFileException refused =
        catchThrowableOfType(SpeakerFileException.class, () -> plan(file));

    List<MatchResult> known = KNOWN.matcher(refused.getMessage()).results().toList();
    assertThat(known).as(refused.getMessage()).hasSize(1);
    for (String field : known.getFirst().group(1).split(", ", -1)) {
      assertThat(page).as("%s of %s", field, of).contains("`" + field + "`");
    }
  }

  private static SpeakerPlan plan(String file) {
    return SpeakerPlan.of(
        SpeakerFileReader.read(file), name -> new PasswordSource.Answer.Missing(name));
  }
}
