# SPDX-License-Identifier: Apache-2.0
# The programs of Brindle: PROGRAM_jar has its main class, PROGRAM_main; it runs with PROGRAM_flags, and with PROGRAM_env where
# the environment does not have that variable already; PROGRAM_cache is the program whose ahead-of-time cache it starts with, if not
# its own. The launcher `brindle` sources this; the build of the image (dev.brindle.image.runtime.Programs) reads it for the launcher
# there. So a line is NAME="words", and $NAME stands for what an earlier line says; nothing else.

# Those that brindle starts by their name alone; node only as 'node run', and ctl is all that is not here.
programs="lab speaker controllers doctor cni"

native="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

# A cache that does not fit any more, after an upgrade of the JDK, is no error: everything only starts slower.
quiet="-Xlog:disable -Xlog:all=error:stderr -Xlog:aot*=off:stderr"

# Tools that live for a moment: too short for what was learned in training. The cache stays where it says it wants to be, if that
# is free.
tool_flags="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData $quiet -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:-AOTReplayTraining -XX:ArchiveRelocationMode=0"

# The command line. netty has neither events for the flight recorder here, which take 60 ms to set up, nor native code to unpack.
ctl_jar="ctl"
ctl_main="dev.brindle.ctl.Calicoctl"
ctl_flags="$tool_flags -Dio.netty.jfr.enabled=false -Dio.netty.transport.noNative=true"

lab_jar="lab"
lab_main="dev.brindle.lab.LabMain"
lab_flags="$tool_flags"

cni_jar="cni"
cni_main="dev.brindle.cni.install.InstallMain"
cni_flags="$tool_flags"

# The daemon: small and steady. Its heap may grow to a quarter of the memory there is when tables are large; code is compiled
# early and simply, which costs half the CPU and memory of the optimizing compiler. Many small arenas of the C library would
# cost more than they save. What a burst left in the heap is given back at once when the daemon asks for it (HeapTrim, as
# in the controllers, which run with the same flags).
node_jar="node"
node_main="dev.brindle.node.NodeMain"
node_flags="-XX:TieredStopAtLevel=1 -XX:Tier3InvocationThreshold=50 -XX:Tier3MinInvocationThreshold=20 -XX:Tier3CompileThreshold=300 -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xms32m -XX:MaxRAMPercentage=25 -XX:NewSize=12m -XX:MaxNewSize=256m -XX:NewRatio=3 -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=15 -XX:-ShrinkHeapInSteps -Xss512k -XX:-UsePerfData -XX:ReservedCodeCacheSize=48m -XX:+ExitOnOutOfMemoryError -Dio.netty.jfr.enabled=false $quiet"
node_env="MALLOC_ARENA_MAX=2"

controllers_jar="controllers"
controllers_main="dev.brindle.controllers.ControllersMain"
controllers_flags="$node_flags"
controllers_env="$node_env"

doctor_jar="node"
doctor_main="dev.brindle.node.doctor.DoctorMain"
# Much of its code is the daemon's, whose cache it takes: that is of objects with short headers.
doctor_flags="$tool_flags -XX:+UseCompactObjectHeaders"
doctor_cache="node"

# The speaker alone: large tables for weeks, so all compilers, which give way to the work itself (nice 4; the JVM
# would warn anybody but root). Tables are no garbage, so little room is enough for what is. What the trial run
# compiled is compiled early and simply, so that hundreds of sessions are not brought up by the interpreter. The trial
# run itself waits as long as usual: what it has seen for longer is compiled better.
trained_flags="-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xmn48m $quiet"
speaker_jar="node"
speaker_main="dev.brindle.node.speaker.SpeakerMain"
speaker_flags="$trained_flags -XX:Tier3InvocationThreshold=50 -XX:Tier3MinInvocationThreshold=20 -XX:Tier3CompileThreshold=300"
speaker_root_flags="-XX:ThreadPriorityPolicy=1 -XX:CompilerThreadPriority=4"

# The CNI plugin in Java. Interpreted only: it ends before a compiler would pay. The cache is used where it says it wants to be,
# if that is free: to move it would touch a thousand pages.
plugin_main="dev.brindle.cni.plugin.PluginMain"
plugin_flags="-Xint -XX:+UseSerialGC -XX:-UsePerfData -Xlog:disable -Xlog:all=error:stderr -Xlog:aot*=off:stderr -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:-AOTReplayTraining -XX:+DisableAttachMechanism -Xrs"
