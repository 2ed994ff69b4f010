# SPDX-License-Identifier: BSD-2-Clause
"""Writes sel4/syscalls.h: the C functions of the system calls, with and without message registers
as arguments, by the shape that each has in syscalls.yaml."""

from text import Header


class Words:
    """The message registers of one architecture, as pieces of C."""

    def __init__(self, model):
        self.model = model
        self.count = model.hw_mrs
        self.indices = range(self.count)
        self.names = [f"mr{i}" for i in self.indices]

    def pointers(self):
        return [f"seL4_Word *mr{i}" for i in self.indices]

    def loads(self):
        return [f"    seL4_Word msg{i} = seL4_GetMR({i});" for i in self.indices]

    def zeros(self):
        return [f"    seL4_Word msg{i} = 0;" for i in self.indices]

    def blanks(self):
        return [f"    seL4_Word msg{i};" for i in self.indices]

    def stores(self):
        return [f"    seL4_SetMR({i}, msg{i});" for i in self.indices]

    def loads_counted(self):
        """Each register only if the message is so long."""
        lines = self.zeros()
        for i in self.indices:
            lines += [f"    if (mr{i} != seL4_Null && seL4_MessageInfo_get_length(msgInfo) > {i}) {{",
                      f"        msg{i} = *mr{i};", "    }"]
        return lines

    def stores_given(self):
        lines = []
        for i in self.indices:
            lines += [f"    if (mr{i} != seL4_Null) {{", f"        *mr{i} = msg{i};", "    }"]
        return lines

    def given(self):
        """Arguments for a send: the word where there is one, else 0."""
        look = " && seL4_MessageInfo_get_length(msgInfo) > 0" if (
            self.model.trap["with_mrs"] == "any") else ""
        return [f"mr{i} != seL4_Null{look} ? *mr{i} : 0" for i in self.indices]

    def refs(self):
        return [f"&msg{i}" for i in self.indices]


def function(out, result, name, params, body):
    out.line(f"LIBSEL4_INLINE_FUNC {result} {name}({', '.join(params) or 'void'})")
    out.line("{")
    for line in body:
        out.line(line)
    out.line("}")
    out.blank()


def call(name, *arguments):
    return f"    sel4_trap_{name}({', '.join(arguments)});"


RESULT = ["    seL4_MessageInfo_t info;", "    seL4_Word badge;"]
SENDER = ["    if (sender) {", "        *sender = badge;", "    }", "    return info;"]
BARRIER = '    __asm__ volatile("" ::: "memory");'


def emit_send(out, words, syscall):
    sys = f"seL4_Sys{syscall.name}"
    fetched = [f"seL4_GetMR({i})" for i in words.indices]
    params = ["seL4_CPtr dest", "seL4_MessageInfo_t msgInfo"]
    function(out, "void", f"seL4_{syscall.name}", params,
             [call("send", sys, "dest", "msgInfo.words[0]", *fetched)])
    function(out, "void", f"seL4_{syscall.name}WithMRs", params + words.pointers(),
             [call("send", sys, "dest", "msgInfo.words[0]", *words.given())])
    if syscall.name == "Send":
        length = words.model.trap["signal_length"]
        function(out, "void", "seL4_Signal", ["seL4_CPtr dest"],
                 [call("send_null", sys, "dest", str(length))])


def emit_reply(out, words, syscall):
    sys = f"seL4_Sys{syscall.name}"
    fetched = [f"seL4_GetMR({i})" for i in words.indices]
    function(out, "void", "seL4_Reply", ["seL4_MessageInfo_t msgInfo"],
             [call("reply", sys, "msgInfo.words[0]", *fetched)])
    function(out, "void", "seL4_ReplyWithMRs", ["seL4_MessageInfo_t msgInfo"] + words.pointers(),
             [call("reply", sys, "msgInfo.words[0]", *words.given())])


def reply_params(words, pointers):
    """Where the reply object stands among the arguments."""
    if not words.model.mcs:
        return pointers
    if words.model.trap["reply_last"] or not pointers:
        return pointers + ["seL4_CPtr reply"]
    return ["seL4_CPtr reply"] + pointers


def emit_recv(out, words, syscall, reply=True):
    sys = f"seL4_Sys{syscall.name}"
    base = ["seL4_CPtr src", "seL4_Word *sender"]
    tail = (["reply"] if reply else ["0"]) if words.model.mcs else []
    trap = call("recv", sys, "src", *tail, "&badge", "&info.words[0]", *words.refs())
    plain = reply_params(words, []) if reply else []
    function(out, "seL4_MessageInfo_t", f"seL4_{syscall.name}", base + plain,
             RESULT + words.blanks() + [trap] + words.stores() + SENDER)
    if syscall.name not in ("Recv", "Wait"):
        return
    pointers = reply_params(words, words.pointers()) if reply else words.pointers()
    function(out, "seL4_MessageInfo_t", f"seL4_{syscall.name}WithMRs", base + pointers,
             RESULT + words.blanks() + [trap] + words.stores_given() + SENDER)


def emit_wait(out, words, syscall):
    emit_recv(out, words, syscall, reply=False)


def emit_call(out, words, syscall):
    params = ["seL4_CPtr dest", "seL4_MessageInfo_t msgInfo"]
    tail = ["0"] if words.model.mcs else []
    trap = call("call", "seL4_SysCall", "dest", "msgInfo.words[0]", *tail, "&dest",
                "&info.words[0]", *words.refs())
    info = ["    seL4_MessageInfo_t info;"]
    function(out, "seL4_MessageInfo_t", "seL4_Call", params,
             info + words.loads() + [trap] + words.stores() + ["    return info;"])
    function(out, "seL4_MessageInfo_t", "seL4_CallWithMRs", params + words.pointers(),
             info + words.loads_counted() + [trap] + words.stores_given() + ["    return info;"])


def emit_replyrecv(out, words, syscall):
    source = words.model.trap["src_name"]
    params = [f"seL4_CPtr {source}", "seL4_MessageInfo_t msgInfo", "seL4_Word *sender"]
    tail = ["reply"] if words.model.mcs else []
    last = ["seL4_CPtr reply"] if words.model.mcs else []
    trap = call("call", "seL4_SysReplyRecv", source, "msgInfo.words[0]", *tail, "&badge",
                "&info.words[0]", *words.refs())
    function(out, "seL4_MessageInfo_t", "seL4_ReplyRecv", params + last,
             RESULT + words.loads() + [trap] + words.stores() + SENDER)
    function(out, "seL4_MessageInfo_t", "seL4_ReplyRecvWithMRs", params + words.pointers() + last,
             RESULT + words.loads_counted() + [trap] + words.stores_given() + SENDER)


def nbsend_recv(words, sys, cap, reply, dest):
    extra = [reply, dest] if words.model.trap.get("dest") else [reply]
    return call("nbsend_recv", sys, cap, "msgInfo.words[0]", *extra, "&badge", "&info.words[0]",
                *words.refs())


NBSEND = ["seL4_CPtr dest", "seL4_MessageInfo_t msgInfo", "seL4_CPtr src", "seL4_Word *sender"]


def emit_nbsendrecv(out, words, syscall):
    if words.model.trap["style"] == "ia32":
        return emit_nbsendrecv_ia32(out, words)
    trap = nbsend_recv(words, "seL4_SysNBSendRecv", "src", "reply", "dest")
    last = ["seL4_CPtr reply"]
    function(out, "seL4_MessageInfo_t", "seL4_NBSendRecv", NBSEND + last,
             RESULT + words.loads() + [trap] + words.stores() + SENDER)
    function(out, "seL4_MessageInfo_t", "seL4_NBSendRecvWithMRs", NBSEND + words.pointers() + last,
             RESULT + words.loads_counted() + [trap] + words.stores_given() + SENDER)
    return None


def emit_nbsendrecv_ia32(out, words):
    """Too few registers: the destination travels in the IPC buffer's user data."""
    out.line("/* The destination is one register too many: the kernel reads it from the IPC")
    out.line(" * buffer. */")
    trap = nbsend_recv(words, "seL4_SysNBSendRecv", "src", "reply", "dest")
    for name, pointers, loads, stores in (
            ("seL4_NBSendRecv", [], words.loads(), words.stores()),
            ("seL4_NBSendRecvWithMRs", words.pointers(), words.loads_counted(),
             words.stores_given())):
        function(out, "seL4_MessageInfo_t", name, NBSEND + pointers + ["seL4_CPtr reply"],
                 RESULT + ["    seL4_SetUserData(dest);"] + loads + [trap] + stores + SENDER)


def emit_nbsendwait(out, words, syscall):
    """NBSendWait answers through a reply object: `dest` is that object. The form with message
    registers does what upstream's does, which is another system call (see traps.yaml)."""
    trap = nbsend_recv(words, "seL4_SysNBSendWait", "src", "dest", "0")
    function(out, "seL4_MessageInfo_t", "seL4_NBSendWait", NBSEND,
             RESULT + words.loads() + [trap] + words.stores() + SENDER)
    if words.model.trap["style"] == "x86_64":
        trap = call("call", "seL4_SysReplyRecv", "dest", "msgInfo.words[0]", "dest", "&badge",
                    "&info.words[0]", *words.refs())
        unused = ["    (void)src;"]
    elif words.model.trap["style"] == "ia32":
        trap = call("call", "seL4_SysReplyRecv", "src", "msgInfo.words[0]", "dest", "&badge",
                    "&info.words[0]", *words.refs())
        unused = []
    else:
        trap, unused = nbsend_recv(words, "seL4_SysNBSendRecv", "src", "dest", "0"), []
    out.line("/* As upstream has it, and not what its name says: prefer seL4_NBSendWait. */")
    function(out, "seL4_MessageInfo_t", "seL4_NBSendWaitWithMRs", NBSEND + words.pointers(),
             RESULT + unused + words.loads_counted() + [trap] + words.stores_given() + SENDER)


def emit_yield(out, words, syscall):
    function(out, "void", f"seL4_{syscall.name}", [], [call("null", f"seL4_Sys{syscall.name}"),
                                                       BARRIER])


def zero_message(words, sys, cap, first="0"):
    """The trap of a debug call: capability register in and out, everything else zero."""
    lines = ["    seL4_Word info;"] + words.zeros()
    tail = ["0"] if words.model.mcs else []
    return lines + [call("call", sys, cap, first, *tail, "&result", "&info", *words.refs())]


def emit_plain(out, words, syscall):
    params = [c_param(p) for p in syscall.params]
    cap = f"(seL4_Word){syscall.params[0].name}" if syscall.params else "0"
    body = ["    seL4_Word result;"] + zero_message(words, f"seL4_Sys{syscall.name}", cap)
    kind = "void"
    if syscall.result:
        kind = f"seL4_{syscall.result.ctype}"
        body.append(f"    return ({kind})result;")
    function(out, kind, f"seL4_{syscall.name}", params, body)
    if syscall.name == "DebugPutChar":
        function(out, "void", "seL4_DebugPutString", ["char *str"],
                 ["    for (char *s = str; *s; s++) {", "        seL4_DebugPutChar(*s);", "    }"])


def c_param(param):
    ctype = param.ctype
    if "(*)" in ctype:
        return ctype.replace("(*)", f"(*{param.name})")
    if ctype.endswith("*"):
        return f"{ctype}{param.name}"
    builtin = ctype in ("char", "unsigned", "int")
    return f"{'' if builtin else 'seL4_'}{ctype} {param.name}"


def emit_name(out, words, syscall):
    out.line("char *strcpy(char *, const char *);")
    body = ["    seL4_Word result;", "    strcpy((char *)seL4_GetIPCBuffer()->msg, name);"]
    function(out, "void", "seL4_DebugNameThread", ["seL4_CPtr tcb", "const char *name"],
             body + zero_message(words, "seL4_SysDebugNameThread", "tcb"))


def emit_sendipi(out, words, syscall):
    function(out, "void", "seL4_DebugSendIPI", ["seL4_Uint8 target", "unsigned irq"],
             [call("send", "seL4_SysDebugSendIPI", "target", "irq", *["0"] * words.count)])


def emit_run(out, words, syscall):
    function(out, "void", "seL4_DebugRun", ["void (*userfn)(void *)", "void *userarg"],
             [call("send_null", "seL4_SysDebugRun", "(seL4_Word)userfn", "(seL4_Word)userarg"),
              BARRIER])


def emit_flush(out, words, syscall):
    if words.model.on("ARCH_X86"):
        emit_yield(out, words, syscall)
        return
    sys = "seL4_SysBenchmarkFlushCaches"
    function(out, "void", "seL4_BenchmarkFlushCaches", [],
             [call("send_null", sys, "0", "0"), BARRIER])
    function(out, "void", "seL4_BenchmarkFlushL1Caches", ["seL4_Word cache_type"],
             [call("send_null", sys, "1", "cache_type"), BARRIER])


def emit_wrmsr(out, words, syscall):
    values = ["(seL4_Word)value"] + (["(seL4_Word)(value >> 32)"] if (
        words.model.word_bits == 32 and words.count > 1) else [])
    values += ["0"] * (words.count - len(values))
    extra = ["    seL4_SetMR(1, (seL4_Word)(value >> 32));"] if (
        words.model.word_bits == 32 and words.count == 1) else []
    function(out, "void", "seL4_X86DangerousWRMSR", ["seL4_Uint32 msr", "seL4_Uint64 value"],
             extra + [call("send", "seL4_SysX86DangerousWRMSR", "msr", "0", *values)])


def emit_rdmsr(out, words, syscall):
    tail = ["0"] if words.model.mcs else []
    body = ["    seL4_Word badge, info;"] + words.blanks()
    body.append(call("recv", "seL4_SysX86DangerousRDMSR", "msr", *tail, "&badge", "&info",
                     *words.refs()))
    high = "msg1" if words.count > 1 else "seL4_GetMR(1)"
    body.append("    return msg0;" if words.model.word_bits == 64 else
                f"    return (seL4_Uint64)msg0 | ((seL4_Uint64){high} << 32);")
    function(out, "seL4_Uint64", "seL4_X86DangerousRDMSR", ["seL4_Uint32 msr"], body)


def emit_vmenter(out, words, syscall):
    tail = ["0"] if words.model.mcs else []
    body = ["    seL4_Word fault;", "    seL4_Word badge;"] + words.loads()
    body.append(call("call", "seL4_SysVMEnter", "0", "0", *tail, "&badge", "&fault",
                     *words.refs()))
    body += words.stores()
    body += ["    if (!fault && sender) {", "        *sender = badge;", "    }",
             "    return fault;"]
    function(out, "seL4_Word", "seL4_VMEnter", ["seL4_Word *sender"], body)


def emit_settls(out, words, syscall):
    function(out, "void", "seL4_SetTLSBase", ["seL4_Word tls_base"],
             [call("send_null", "seL4_SysSetTLSBase", "tls_base", "0"), BARRIER])


SHAPES = {"send": emit_send, "reply": emit_reply, "recv": emit_recv, "wait": emit_wait,
          "call": emit_call, "replyrecv": emit_replyrecv, "nbsendrecv": emit_nbsendrecv,
          "nbsendwait": emit_nbsendwait, "yield": emit_yield, "null": emit_yield,
          "plain": emit_plain, "name": emit_name, "sendipi": emit_sendipi, "run": emit_run,
          "flush": emit_flush, "wrmsr": emit_wrmsr, "rdmsr": emit_rdmsr, "vmenter": emit_vmenter,
          "settls": emit_settls}


def syscalls_header(model):
    out = Header("sel4/syscalls.h", "The system calls.")
    out.include("sel4/functions.h", "sel4/traps.h")
    words = Words(model)
    for syscall in model.syscalls:
        out.line(f"/* {syscall.doc} */")
        SHAPES[syscall.shape](out, words, syscall)
    if model.mcs:
        function(out, "seL4_MessageInfo_t", "seL4_Poll", ["seL4_CPtr src", "seL4_Word *sender"],
                 ["    return seL4_NBWait(src, sender);"])
    else:
        function(out, "void", "seL4_Wait", ["seL4_CPtr src", "seL4_Word *sender"],
                 ["    seL4_Recv(src, sender);"])
        function(out, "seL4_MessageInfo_t", "seL4_Poll", ["seL4_CPtr src", "seL4_Word *sender"],
                 ["    return seL4_NBRecv(src, sender);"])
    return out
