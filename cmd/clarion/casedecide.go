package main

import (
	"strings"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
)

type caseDecideCmd struct {
	member
	Number     string `arg:"" help:"Case number."`
	Act        string `arg:"" help:"What to do; see below." enum:"triage,accept,decline,inquire,invite,heard,conclude,tell,clear,close,reopen,approve,refuse,withdraw,assign,calm,extend,uphold,send-back,hand-over,step-aside,set-aside,readmit"`
	Code       string `help:"Decline code D1 to D8, finding F1 to F5, what came of the hearing H1 to H4, or of the clearing letter C1 to C3." placeholder:"CODE"`
	Reasons    string `help:"File with the reasons, UTF-8, or - for standard input." placeholder:"FILE"`
	Handler    string `help:"Id of the member who handles the case (accept, assign, hand-over), or of the colleague (set-aside, readmit)." placeholder:"ID"`
	NoMeasures bool   `help:"F1, F2: no measure against the person reported follows."`
	Intent     string `help:"F5: file with the evidence of intent." placeholder:"FILE"`
	Clock      string `help:"extend: which deadline, inquiry or outcome." enum:",inquiry,outcome" default:""`
}

// Help lists the acts with what each needs.
func (caseDecideCmd) Help() string {
	return `Acts, with what each needs beside a case in the right state:
  triage              the six checks of triage were made: category, conduct, danger, remit, own interest, duplicate
  accept              --reasons, --handler; risks to the reporter and to the person reported were considered
  decline             --code D1..D8, --reasons; proposed, an approver approves (to refuse D6 or D7 takes two)
  inquire             --reasons: the plan of the inquiry
  invite              --reasons: the letter that asks the person reported to answer; its day is in "hearing" of the pack
  heard               --code H1 (answered), H2 (did not by the day), H3 (did not wish to), H4 (not reached), --reasons: the answer, or what was tried
  conclude            --code F1..F5, --reasons; proposed, an approver approves (F5: two, and --intent; F1, F2: heard first)
  tell                --reasons: the outcome, as the reporter will read it
  clear               --code C1 (written), C2 (knows nothing of it), C3 (not reached), --reasons: the clearing letter after F3 or F5, or why there is none
  close, reopen       proposed, an approver approves; reopen needs --reasons
  approve             the proposal that waits, with exactly its reasons; the days in the letter count from now
  refuse              --reasons
  withdraw            your own proposal
  assign              --handler
  hand-over           --handler, --reasons: how it stands; by the handler
  step-aside          you have an interest in the matter and take no part in the case any more; nobody asks why
  set-aside           --handler, --reasons: an approver says so of a colleague
  readmit             --handler, --reasons: an approver lets somebody take part again
  calm                the danger was dealt with
  uphold, send-back   --reasons: the answer to a review that the reporter asked for, by an approver without a part in the case; D6, D7: two send back
  extend              --clock, --reasons: an approver moves the deadline once; the reporter reads the reasons and the new day
Nobody approves what they proposed or handled. With every act you state that you have no interest of your own in the matter. Reasons never stand on the command line, where other users of the machine and the shell's history would see them.`
}

// acts are the words of the command line for the acts of the rules.
func acts(word string) cases.ActKind {
	switch word {
	case "triage":
		return cases.ActTriage
	case "accept":
		return cases.ActAccept
	case "decline":
		return cases.ActProposeDecline
	case "inquire":
		return cases.ActOpenInquiry
	case "invite":
		return cases.ActInvite
	case "heard":
		return cases.ActHear
	case "conclude":
		return cases.ActProposeConclusion
	case "tell":
		return cases.ActFeedback
	case "clear":
		return cases.ActClear
	case "close":
		return cases.ActProposeClosing
	case "reopen":
		return cases.ActProposeReopening
	case "approve":
		return cases.ActApprove
	case "refuse":
		return cases.ActRefuse
	case "withdraw":
		return cases.ActWithdraw
	case "assign":
		return cases.ActAssign
	case "extend":
		return cases.ActExtend
	case "uphold":
		return cases.ActUphold
	case "send-back":
		return cases.ActSendBack
	case "hand-over":
		return cases.ActHandOver
	case "step-aside":
		return cases.ActStepAside
	case "set-aside":
		return cases.ActSetAside
	case "readmit":
		return cases.ActReadmit
	default:
		return cases.ActSettleDanger
	}
}

// Run does one step. Declining, concluding, closing and reopening are proposed here by one person and approved by
// another.
func (c *caseDecideCmd) Run(e *env) error {
	d := terminal.Decision{Act: acts(c.Act), Code: cases.Code(c.Code), Handler: id.Member(c.Handler), NoMeasures: c.NoMeasures}
	var err error
	if d.Reasons, err = readText(e, c.Reasons); err != nil {
		return err
	}
	if d.Intent, err = readText(e, c.Intent); err != nil {
		return err
	}
	if needsReasons(d.Act) && d.Reasons == "" {
		return badUsage("%s needs reasons: --reasons FILE, or --reasons - to type them here and end with Ctrl-D", c.Act)
	}
	switch {
	case d.Act == cases.ActExtend && c.Clock == "":
		return badUsage("extend needs --clock inquiry or --clock outcome")
	case c.Clock == "inquiry":
		d.Clock = cases.ClockInquiry
	case c.Clock == "outcome":
		d.Clock = cases.ClockOutcome
	}
	a, s, err := c.start(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	after, err := s.Decide(e.ctx, c.Number, d)
	if err != nil {
		return err
	}
	if err := printState(e, a, c.Lang, after); err != nil {
		return err
	}
	if strings.HasPrefix(string(d.Act), "propose_") {
		p := newPrinter(e, a, c.Lang)
		p.line("%s", p.l.T("cli.proposed", errs.Args{"Number": after.Number}))
		return p.err
	}
	return nil
}

func needsReasons(a cases.ActKind) bool {
	switch a {
	case cases.ActAccept, cases.ActProposeDecline, cases.ActProposeConclusion, cases.ActOpenInquiry, cases.ActInvite, cases.ActHear, cases.ActFeedback, cases.ActClear,
		cases.ActHandOver, cases.ActSetAside, cases.ActReadmit, cases.ActRefuse, cases.ActProposeReopening, cases.ActExtend, cases.ActUphold, cases.ActSendBack:
		return true
	default:
		return false
	}
}
