// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.bfd.BfdEvent.DetectionExpired;
import dev.brindle.bird.bfd.BfdEvent.Disabled;
import dev.brindle.bird.bfd.BfdEvent.PacketReceived;
import dev.brindle.bird.bfd.BfdEvent.SettingsChanged;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BfdMachineTest {

  private static final BfdSettings FAST = BfdSettings.of(Duration.ofMillis(300), 3);

  @ParameterizedTest(name = "{0} hears {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # ours    | event     | next      | diagnostic | sends
          DOWN      | AdminDown | DOWN      | 0          | NOTHING
          DOWN      | Down      | INIT      | 0          | ORDINARY
          DOWN      | Init      | UP        | 0          | ORDINARY
          DOWN      | Up        | DOWN      | 0          | NOTHING
          DOWN      | silence   | DOWN      | 0          | NOTHING
          DOWN      | disabled  | ADMIN_DOWN| 7          | ORDINARY
          INIT      | AdminDown | DOWN      | 3          | ORDINARY
          INIT      | Down      | INIT      | 0          | NOTHING
          INIT      | Init      | UP        | 0          | ORDINARY
          INIT      | Up        | UP        | 0          | ORDINARY
          INIT      | silence   | DOWN      | 1          | ORDINARY
          INIT      | disabled  | ADMIN_DOWN| 7          | ORDINARY
          UP        | AdminDown | DOWN      | 3          | ORDINARY
          UP        | Down      | DOWN      | 3          | ORDINARY
          UP        | Init      | UP        | 0          | NOTHING
          UP        | Up        | UP        | 0          | NOTHING
          UP        | silence   | DOWN      | 1          | ORDINARY
          UP        | disabled  | ADMIN_DOWN| 7          | ORDINARY
          ADMIN_DOWN| AdminDown | ADMIN_DOWN| 7          | NOTHING
          ADMIN_DOWN| Down      | ADMIN_DOWN| 7          | NOTHING
          ADMIN_DOWN| Init      | ADMIN_DOWN| 7          | NOTHING
          ADMIN_DOWN| Up        | ADMIN_DOWN| 7          | NOTHING
          ADMIN_DOWN| silence   | ADMIN_DOWN| 7          | NOTHING
          """)
  void steps(BfdState ours, String event, BfdState next, int diagnostic, BfdSending sends) {
    BfdTransition transition = BfdMachine.step(in(ours), event(event));

    assertThat(transition.next().state()).isEqualTo(next);
    assertThat(transition.next().diagnostic()).isEqualTo(diagnostic);
    assertThat(transition.sending()).isEqualTo(sends);
  }

  private static BfdEvent event(String name) {
    return switch (name) {
      case "silence" -> new DetectionExpired();
      case "disabled" -> new Disabled();
      case "AdminDown" -> says(BfdState.ADMIN_DOWN);
      case "Down" -> says(BfdState.DOWN);
      case "Init" -> says(BfdState.INIT);
      case "Up" -> says(BfdState.UP);
      default -> throw new IllegalArgumentException(name);
    };
  }

  @Test
  void aPollIsAnsweredAtOnceInEveryStateButAdminDown() {
    BfdPacket poll = packet(BfdState.UP, true, false, false, 300_000, 300_000);

    for (BfdState state : BfdState.values()) {
      BfdTransition transition = BfdMachine.step(in(state), new PacketReceived(poll));
      assertThat(transition.sending())
          .isEqualTo(state == BfdState.ADMIN_DOWN ? BfdSending.NOTHING : BfdSending.FINAL);
    }
    BfdPacket answer = in(BfdState.UP).packet(true);
    assertThat(answer.isFinal()).isTrue();
    assertThat(answer.isPoll()).isFalse();
  }

  @Test
  void sendsSlowlyUntilUpAndAsksThePeerToConfirmTheFasterTime() {
    BfdSession down = in(BfdState.DOWN);
    assertThat(down.minTx()).isEqualTo(1_000_000);
    assertThat(down.minRx()).isEqualTo(300_000);
    assertThat(down.packet(false).isPoll()).isFalse();

    BfdSession up = BfdMachine.step(down, says(BfdState.INIT)).next();
    assertThat(up.minTx()).isEqualTo(300_000);
    assertThat(up.transmitInterval()).isEqualTo(300_000);
    assertThat(up.packet(false).isPoll()).isTrue();

    BfdSession confirmed = BfdMachine.step(up, answer()).next();
    assertThat(confirmed.packet(false).isPoll()).isFalse();
  }

  @Test
  void aSessionAsSlowAsASecondHasNothingToConfirm() {
    BfdSession down = BfdSession.fresh(1, BfdSettings.of(Duration.ofSeconds(2), 3));

    assertThat(down.minTx()).isEqualTo(2_000_000);
    assertThat(BfdMachine.step(down, says(BfdState.INIT)).next().packet(false).isPoll()).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                       | to ms | while polling: tx, detection | after: tx, detection
          sending more slowly waits     | 500   | 300000 | 1500000              | 500000 | 1500000
          detecting faster waits        | 100   | 300000 | 900000               | 300000 | 900000
          """)
  void changedTimesWaitForThePeersConfirmation(
      String story, int to, long tx, long detection, long txAfter, long detectionAfter) {
    BfdSession up = confirmed();
    assertThat(up.transmitInterval()).isEqualTo(300_000);
    assertThat(up.detectionTime()).isEqualTo(900_000);

    BfdTransition changed =
        BfdMachine.step(up, new SettingsChanged(BfdSettings.of(Duration.ofMillis(to), 3)));

    assertThat(changed.sending()).isEqualTo(BfdSending.ORDINARY);
    assertThat(changed.next().packet(false).isPoll()).isTrue();
    assertThat(changed.next().packet(false).minTx()).isEqualTo(to * 1_000L);
    assertThat(changed.next().transmitInterval()).isEqualTo(tx);
    assertThat(changed.next().detectionTime()).isEqualTo(detection);
    BfdSession after = BfdMachine.step(changed.next(), answer()).next();
    assertThat(after.transmitInterval()).isEqualTo(txAfter);
    assertThat(after.detectionTime()).isEqualTo(detectionAfter);
    assertThat(after.packet(false).isPoll()).isFalse();
  }

  @Test
  void anAnswerToAnEarlierPollConfirmsNothingNew() {
    BfdSession first =
        BfdMachine.step(confirmed(), new SettingsChanged(BfdSettings.of(Duration.ofMillis(400), 3)))
            .next();
    BfdSession second =
        BfdMachine.step(first, new SettingsChanged(BfdSettings.of(Duration.ofMillis(500), 3)))
            .next();

    BfdSession once = BfdMachine.step(second, answer()).next();
    assertThat(once.packet(false).isPoll()).isTrue();
    assertThat(once.transmitInterval()).isEqualTo(300_000);

    BfdSession twice = BfdMachine.step(once, answer()).next();
    assertThat(twice.packet(false).isPoll()).isFalse();
    assertThat(twice.transmitInterval()).isEqualTo(500_000);
  }

  @ParameterizedTest(name = "they want {0}, take {1}, lose {2}: we send at {3}, wait {4}")
  @CsvSource({
    "300000,  300000,  3, 300000,  900000",
    "1000000, 300000,  3, 300000,  3000000",
    "50000,   1000000, 5, 1000000, 1500000",
    "50000,   50000,   1, 300000,  300000"
  })
  void theSlowerOfTheTwoDecides(long minTx, long minRx, int multiplier, long tx, long detection) {
    BfdPacket packet =
        new BfdPacket(0, BfdState.UP, false, true, false, false, multiplier, 7, 1, minTx, minRx, 0);

    BfdSession session = BfdMachine.step(in(BfdState.UP), new PacketReceived(packet)).next();

    assertThat(session.transmitInterval()).isEqualTo(tx);
    assertThat(session.detectionTime()).isEqualTo(detection);
  }

  @Test
  void hugeTimesOfThePeerDoNotOverflow() {
    BfdPacket packet =
        new BfdPacket(
            0, BfdState.UP, false, false, false, false, 255, 7, 1, 0xffffffffL, 0xffffffffL, 0);

    BfdSession session = BfdMachine.step(in(BfdState.UP), new PacketReceived(packet)).next();

    assertThat(session.detectionTime()).isEqualTo(255 * 0xffffffffL);
    assertThat(session.transmitInterval(1)).isEqualTo(0xffffffffL);
  }

  @Test
  void aPeerInDemandModeIsSparedWhileBothAreUpAndNothingIsAsked() {
    BfdPacket demand = packet(BfdState.UP, false, false, true, 300_000, 300_000);

    BfdSession polling = BfdMachine.step(in(BfdState.UP), new PacketReceived(demand)).next();
    assertThat(polling.isTransmitting()).isTrue();

    BfdSession spared = BfdMachine.step(confirmed(), new PacketReceived(demand)).next();
    assertThat(spared.isTransmitting()).isFalse();

    BfdTransition lost = BfdMachine.step(spared, new DetectionExpired());
    assertThat(lost.next().isTransmitting()).isTrue();
    assertThat(lost.sending()).isEqualTo(BfdSending.ORDINARY);
  }

  @Test
  void aPeerThatTakesNoPacketsGetsNoneButAnswers() {
    BfdPacket mute = packet(BfdState.UP, true, false, false, 300_000, 0);

    BfdTransition transition = BfdMachine.step(confirmed(), new PacketReceived(mute));

    assertThat(transition.next().isTransmitting()).isFalse();
    assertThat(transition.sending()).isEqualTo(BfdSending.FINAL);
  }

  @Test
  void silenceForgetsThePeersDiscriminator() {
    BfdSession lost = BfdMachine.step(confirmed(), new DetectionExpired()).next();

    assertThat(lost.packet(false).your()).isZero();
    assertThat(lost.packet(false).diagnostic()).isEqualTo(BfdDiagnostic.DETECTION_TIME_EXPIRED);
  }

  @ParameterizedTest(name = "multiplier {0}, jitter {1}: {2}")
  @CsvSource({"3, 0, 750000", "3, 1, 1000000", "1, 0, 750000", "1, 1, 900000", "3, 0.5, 875000"})
  void jitterTakesOffUpToAQuarter(int multiplier, double jitter, long expected) {
    BfdSession session = BfdSession.fresh(1, BfdSettings.of(Duration.ofMillis(300), multiplier));

    assertThat(session.transmitInterval(jitter)).isEqualTo(expected);
  }

  @Test
  void whatComesTwiceChangesNothingTheSecondTime() {
    PacketReceived same = new PacketReceived(packet(BfdState.UP, false, false, false, 1, 1));
    BfdSession once = BfdMachine.step(confirmed(), same).next();

    assertThat(BfdMachine.step(once, same)).isEqualTo(new BfdTransition(once, BfdSending.NOTHING));
  }

  private static BfdSession confirmed() {
    return BfdMachine.step(in(BfdState.UP), answer()).next();
  }

  private static BfdSession in(BfdState state) {
    BfdSession fresh = BfdSession.fresh(1, FAST);
    return switch (state) {
      case ADMIN_DOWN -> BfdMachine.step(fresh, new Disabled()).next();
      case DOWN -> fresh;
      case INIT -> BfdMachine.step(fresh, says(BfdState.DOWN)).next();
      case UP -> BfdMachine.step(fresh, says(BfdState.INIT)).next();
    };
  }

  private static PacketReceived answer() {
    return new PacketReceived(packet(BfdState.UP, false, true, false, 300_000, 300_000));
  }

  private static PacketReceived says(BfdState state) {
    return new PacketReceived(packet(state, false, false, false, 300_000, 300_000));
  }

  private static BfdPacket packet(
      BfdState state, boolean poll, boolean isFinal, boolean demand, long minTx, long minRx) {
    return new BfdPacket(0, state, poll, isFinal, false, demand, 3, 7, 1, minTx, minRx, 0);
  }
}
