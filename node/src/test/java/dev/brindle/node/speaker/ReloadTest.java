// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.bird.topology.Password;
import dev.brindle.bird.topology.SpeakerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadTest {

  private static final String BEFORE =
      """
      asn: 1
      routerId: 1.1.1.1
      announce: [10.0.0.0/24, 10.0.1.0/24]
      filters:
        same: [{action: accept}]
        other: [{action: accept}]
        gone: [{action: accept}]
      neighbors:
        - {address: 1.1.1.2, asn: 2, import: other}
        - {address: 1.1.1.3, asn: 3}
        - {address: 1.1.1.4, asn: 4, holdTime: 90s}
      """;

  private static final String AFTER =
      """
      asn: 1
      routerId: 1.1.1.1
      announce: [10.0.1.0/24, 10.0.2.0/24]
      filters:
        same: [{action: accept}]
        other: [{match: {med: 1}, action: reject}, {action: accept}]
        come: [{action: accept}]
      neighbors:
        - {address: 1.1.1.2, asn: 2, import: other}
        - {address: 1.1.1.4, asn: 4, holdTime: 30s, export: same, password: {file: key}, bfd: {}, addPath: both}
        - {address: 1.1.1.5, asn: 5}
      """;

  private final ReloadWishes wishes = new ReloadWishes();
  private final List<String> lines = new ArrayList<>();
  private final List<SpeakerConfig> applied = new ArrayList<>();

  @TempDir private Path directory;
  private Path path;
  private SpeakerPlanFile file;

  @BeforeEach
  void write() throws IOException {
    path = directory.resolve("speaker.yaml");
    file = new SpeakerPlanFile(path, _ -> new PasswordSource.Answer.Found(new Password("secret")));
    Files.writeString(path, BEFORE);
  }

  /// The warning about external neighbours of whose routes nothing is said.
  private static String open(String neighbors) {
    return "reload: ALL routes pass 3 external neighbors without import or export, [%s] (RFC 8212"
            .formatted(neighbors)
        + " would pass none); say accept, reject or a filter's name";
  }

  private Reload reload(Optional<Duration> confirm) {
    return new Reload(file, applied::add, confirm, wishes, lines::add);
  }

  @Test
  void saysWhatChangesAndMakesItSo() throws IOException, InterruptedException {
    SpeakerPlan before = file.read();
    Files.writeString(path, AFTER);
    wishes.hangUp(); // as many as there are mean one
    wishes.hangUp();

    SpeakerPlan after = reload(Optional.empty()).await(before);

    assertThat(lines)
        .containsExactly(
            open("1.1.1.2, 1.1.1.4, 1.1.1.5"),
            "- announce 10.0.0.0/24",
            "+ announce 10.0.2.0/24",
            "- filter gone",
            "+ filter come",
            "~ filter other: 2 rules, default reject (was 1, reject)",
            "- neighbor 1.1.1.3 (AS 3)",
            "~ neighbor 1.1.1.2: rules of its filters; the session stays",
            "~ neighbor 1.1.1.4: export accept -> same, addPath off -> both, 8 paths, holdTime 90s"
                + " -> 30s, bfd no -> 300 ms x 3, password; the session starts anew",
            "+ neighbor 1.1.1.5 (AS 5)",
            "reload: done");
    assertThat(after).isEqualTo(file.read());
    assertThat(applied).containsExactly(after.config());
  }

  @Test
  void anErrorChangesNothing() throws IOException, InterruptedException {
    SpeakerPlan before = file.read();
    Files.writeString(path, AFTER.replace("import: other", "import: unknown"));
    wishes.hangUp();

    assertThat(reload(Optional.empty()).await(before)).isSameAs(before);

    assertThat(lines)
        .containsExactly(
            "reload: nothing was applied: %s: line 9: neighbors[0].import: 'unknown' is no filter;"
                    .formatted(path)
                + " expected accept, reject or one of [come, other, same]");
    assertThat(applied).isEmpty();
  }

  @Test
  void aFileThatIsGoneChangesNothing() throws IOException, InterruptedException {
    SpeakerPlan before = file.read();
    Files.delete(path);
    wishes.hangUp();

    assertThat(reload(Optional.empty()).await(before)).isSameAs(before);

    assertThat(lines).singleElement().asString().contains("nothing was applied", path.toString());
    assertThat(applied).isEmpty();
  }

  @Test
  void theKernelIsForTheStartOnly() throws IOException, InterruptedException {
    SpeakerPlan before = file.read();
    Files.writeString(path, "kernel: true\n" + BEFORE);
    wishes.hangUp();

    assertThat(reload(Optional.empty()).await(before)).isSameAs(before);

    assertThat(lines).singleElement().asString().contains("kernel cannot change");
    assertThat(applied).isEmpty();
  }

  @Test
  void nothingNewIsSaid() throws IOException, InterruptedException {
    SpeakerPlan before = file.read();
    Files.writeString(path, "# a comment\n" + BEFORE);
    wishes.hangUp();

    reload(Optional.empty()).await(before);

    assertThat(lines).containsExactly(open("1.1.1.2, 1.1.1.3, 1.1.1.4"), "reload: nothing changes");
    assertThat(applied).isEmpty();
  }

  @Test
  void isUndoneUnlessConfirmed() throws IOException, InterruptedException {
    SpeakerPlan before = file.read();
    Files.writeString(path, AFTER);
    wishes.hangUp();

    SpeakerPlan after = reload(Optional.of(Duration.ofMillis(1))).await(before);

    assertThat(after).isSameAs(before);
    assertThat(applied).containsExactly(file.read().config(), before.config());
    assertThat(lines).endsWith("reload: not confirmed within 1 ms, undoing it");
  }

  @Test
  void staysWhenConfirmed() throws IOException, InterruptedException {
    SpeakerPlan before = file.read();
    Files.writeString(path, AFTER);
    wishes.hangUp();
    Reload reload =
        new Reload(
            file,
            config -> {
              applied.add(config);
              wishes.hangUp(); // the second wish, once the first is fulfilled
            },
            Optional.of(Duration.ofMinutes(1)),
            wishes,
            lines::add);

    SpeakerPlan after = reload.await(before);

    assertThat(after).isEqualTo(file.read());
    assertThat(applied).hasSize(1);
    assertThat(lines).endsWith("reload: confirmed");
    assertThat(file.readConfirmed(lines::add)).isEqualTo(after);
    assertThat(lines).endsWith("reload: confirmed");
  }

  /// Whoever is killed before the file is confirmed starts with what held before, again and again.
  @Test
  void isUndoneByAStartUnlessConfirmed() throws IOException {
    SpeakerPlan before = file.read();
    Files.writeString(path, AFTER);
    killDuringTrial(before);

    for (int start = 0; start < 2; start++) {
      assertThat(file.readConfirmed(lines::add)).isEqualTo(before);
      assertThat(lines)
          .endsWith(
              "%s was never confirmed: what held before it holds (%s.unconfirmed); send SIGHUP to"
                      .formatted(path, path)
                  + " take it again");
    }
  }

  @Test
  void aFileThatWasWrittenSinceIsTakenByAStart() throws IOException {
    SpeakerPlan before = file.read();
    Files.writeString(path, AFTER);
    killDuringTrial(before);
    Files.writeString(path, "# looked at\n" + AFTER);

    assertThat(file.readConfirmed(lines::add)).isEqualTo(file.read());
    Files.writeString(path, AFTER);
    assertThat(file.readConfirmed(lines::add)).as("for good").isEqualTo(file.read());
  }

  @Test
  void aReloadThatNeedsNoConfirmationSettlesTheFile() throws IOException, InterruptedException {
    SpeakerPlan before = file.read();
    Files.writeString(path, AFTER);
    killDuringTrial(before);
    wishes.hangUp();

    SpeakerPlan after = reload(Optional.empty()).await(file.readConfirmed(lines::add));

    assertThat(after).isEqualTo(file.read()).isEqualTo(file.readConfirmed(lines::add));
  }

  @Test
  void withoutAPlaceToKeepWhatHoldsAStartDoesNotUndoIt() throws IOException, InterruptedException {
    SpeakerPlan before = file.read();
    Files.writeString(path, AFTER);
    Files.createDirectories(directory.resolve("speaker.yaml.unconfirmed/in the way"));
    wishes.hangUp();

    assertThat(reload(Optional.of(Duration.ofMillis(1))).await(before)).isSameAs(before);

    assertThat(applied).as("and undone").hasSize(2);
    assertThat(lines)
        .anySatisfy(it -> assertThat(it).startsWith("reload: cannot keep what holds now in "))
        .contains("reload: done");
  }

  /// The file is applied, and then nothing more happens.
  private void killDuringTrial(SpeakerPlan before) {
    wishes.hangUp();
    Reload reload =
        new Reload(
            file,
            config -> {
              applied.add(config);
              Thread.currentThread().interrupt();
            },
            Optional.of(Duration.ofMinutes(1)),
            wishes,
            lines::add);
    assertThatThrownBy(() -> reload.await(before)).isInstanceOf(InterruptedException.class);
  }
}
