-- +goose Up
-- A person's own interviews in one status, and those that wait for one side: the lists people open first.
CREATE INDEX talks_employee_status ON talks (employee, status, recorded_on, id);
CREATE INDEX talks_interviewer_status ON talks (interviewer, status, recorded_on, id);
CREATE INDEX talks_employee_waiting ON talks (employee, waiting_for, recorded_on, id);
CREATE INDEX talks_interviewer_waiting ON talks (interviewer, waiting_for, recorded_on, id);

-- +goose Down
DROP INDEX talks_interviewer_waiting;
DROP INDEX talks_employee_waiting;
DROP INDEX talks_interviewer_status;
DROP INDEX talks_employee_status;
