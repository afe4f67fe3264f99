// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.lab.host.Host;
import dev.brindle.lab.host.Site;
import dev.brindle.lab.program.NodeDaemon;
import dev.brindle.lab.program.ProgramFailure;
import dev.brindle.lab.program.Workplace;
import dev.brindle.lab.topology.LabOptions;
import dev.brindle.lab.topology.Topology;
import dev.brindle.linux.libc.Libc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatientTest {

  @TempDir private Path directory;

  /// A lab with files and nothing else.
  private record FilesOnly(Topology topology, Workplace workplace) implements Rig {

    @Override
    public Site site() {
      throw new IllegalStateException("there is no site");
    }

    @Override
    public Libc libc() {
      throw new IllegalStateException("there is no kernel");
    }

    @Override
    public Host host(String name) {
      throw new IllegalStateException("there is no host");
    }

    @Override
    public NodeDaemon daemon(String node) {
      throw new IllegalStateException("there is no daemon");
    }

    @Override
    public void brindle(List<String> order) {
      throw new ProgramFailure("there is no store");
    }
  }

  private Rig rig() {
    return new FilesOnly(Topology.standard(LabOptions.defaults()), new Workplace(directory));
  }

  private Patient patient() {
    Rig rig = rig();
    return new Patient(rig, rig.topology().node("node1"), "fault");
  }

  @Test
  void allIsTakenBackInReverse() {
    Patient patient = patient();
    List<String> done = new ArrayList<>();
    patient.later(() -> done.add("first"));
    patient.later(
        () -> {
          throw new IOException("it is stuck");
        });
    patient.later(() -> done.add("last"));

    assertThatThrownBy(patient::heal).hasMessageContaining("it is stuck");

    assertThat(done).containsExactly("last", "first");
    patient.heal();
    assertThat(done).hasSize(2);
  }

  @Test
  void filesOfTheMachineGoWithTheirDirectories() throws IOException {
    Path machine = Files.createDirectories(new Workplace(directory).machine("node1"));
    Files.createDirectories(machine.resolve("etc"));
    Patient patient = patient();
    patient.machineFile("etc/cni/net.d/05-a.conflist", "a");
    patient.machineFile("etc/cni/net.d/10-b.conflist", "b");
    assertThat(machine.resolve("etc/cni/net.d/10-b.conflist")).hasContent("b");

    patient.heal();

    try (Stream<Path> left = Files.walk(machine)) {
      assertThat(left).containsExactlyInAnyOrder(machine, machine.resolve("etc"));
    }
  }

  @Test
  void whatFailsIsNotSeeded() {
    var faults = new SeededFaults(rig());
    assertThatIllegalStateException()
        .isThrownBy(() -> faults.seed(Fault.IP_FORWARD_OFF, "node1"))
        .withMessage("ip-forward-off on node1 cannot be seeded: there is no host");
    assertThat(faults.list()).contains("none is seeded");
    assertThat(faults.heal(Fault.IP_FORWARD_OFF, "node1")).contains("was not seeded");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> faults.heal(Fault.IP_FORWARD_OFF, "node9"))
        .withMessageContaining("there is no node node9; there are node1, node2, node3");
  }
}
